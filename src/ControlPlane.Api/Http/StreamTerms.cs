using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace ControlPlane.Api.Http;

/// <summary>
/// Where a reader of a stream stands: its Last-Event-ID, which a browser sends by itself when it comes back, else `?after=`.
/// </summary>
public sealed record StreamTerms(long? After) : IBindableFromHttpContext<StreamTerms>, IEndpointParameterMetadataProvider, IBoundInput
{
    private const string AfterQuery = "after";

    Problem? IBoundInput.Problem => Fault;

    internal Problem? Fault { get; init; }

    public static ValueTask<StreamTerms?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult<StreamTerms?>(
        context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last
            ? Read("Last-Event-ID", last)
            : Read(AfterQuery, context.Request.Query[AfterQuery].ToString()));

    /// <summary>For the rules of the call and for the API page.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(
        new QueryParameter(AfterQuery, "Only what came after this id; a Last-Event-ID header counts more.", typeof(long)));

    private static StreamTerms Read(string name, string text)
    {
        if (text.Length == 0)
        {
            return new StreamTerms(After: null);
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? new StreamTerms(after)
            : new StreamTerms(After: null) { Fault = Problem.Validation(name, "must be a whole number, not negative") };
    }
}
