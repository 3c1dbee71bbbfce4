using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace ControlPlane.Api.Http;

/// <summary>Like <see cref="Body{T}"/>, but an absent body reads as an empty object: every member of T then has its default.</summary>
public sealed class OptionalBody<T> : IBindableFromHttpContext<OptionalBody<T>>, IEndpointParameterMetadataProvider, IBoundInput
    where T : class
{
    private readonly T? value;

    private OptionalBody(T? value, Problem? problem)
    {
        this.value = value;
        Problem = problem;
    }

    public T Value => value ?? throw new InvalidOperationException("the body has a problem; see Problem");

    public Problem? Problem { get; }

    public static OptionalBody<T> Of(T value) => new(value, null);

    public static async ValueTask<OptionalBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var read = await BodyReader.ReadAsync<T>(context, optional: true);
        return new OptionalBody<T>(read.Value, read.Problem);
    }

    /// <summary>For the rules of the call and for the API page.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new BodyShape(typeof(T), BodyReader.JsonType, true));
}
