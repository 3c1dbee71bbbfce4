using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace ControlPlane.Api.Http;

/// <summary>The request's JSON, strictly read and validated. A handler of the group sees it only without a problem.</summary>
public sealed class Body<T> : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider, IBoundInput
    where T : class
{
    private readonly T? value;

    private Body(T? value, Problem? problem)
    {
        this.value = value;
        Problem = problem;
    }

    public T Value => value ?? throw new InvalidOperationException("the body has a problem; see Problem");

    public Problem? Problem { get; }

    public static Body<T> Of(T value) => new(value, null);

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var read = await BodyReader.ReadAsync<T>(context, optional: false);
        return new Body<T>(read.Value, read.Problem);
    }

    /// <summary>For the rules of the call and for the API page.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new BodyShape(typeof(T), BodyReader.JsonType, false));
}
