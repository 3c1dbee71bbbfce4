using System.Globalization;
using System.Reflection;
using ControlPlane.Api.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace ControlPlane.Api.Http.Lists;

/// <summary>What a list call asks for: `pageSize`, `pageToken`, `filter`, `orderBy`.</summary>
public sealed record ListTerms(
    int PageSize = ListTerms.DefaultPageSize, string? PageToken = null, string? Filter = null, string? OrderBy = null)
    : IBindableFromHttpContext<ListTerms>, IEndpointParameterMetadataProvider, IBoundInput
{
    public const int DefaultPageSize = 50;
    public const int MaxPageSize = 1000;

    Problem? IBoundInput.Problem => Fault;

    internal Problem? Fault { get; init; }

    public static ValueTask<ListTerms?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var faults = new FaultList();
        var query = context.Request.Query;
        var terms = new ListTerms(
            Size(query, faults), Single(query, "pageToken", faults), Single(query, "filter", faults), Single(query, "orderBy", faults));
        return ValueTask.FromResult<ListTerms?>(faults.IsEmpty ? terms : terms with { Fault = faults.ToProblem() });
    }

    /// <summary>For the rules of the call and for the API page.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new QueryParameter("pageSize", $"Items per page, 1 to {MaxPageSize}.", typeof(int), DefaultPageSize));
        builder.Metadata.Add(new QueryParameter(
            "pageToken", "The nextPageToken of the page before, with the same filter and orderBy.", typeof(string)));
        builder.Metadata.Add(new QueryParameter("filter", "Which items.", typeof(string)));
        builder.Metadata.Add(new QueryParameter("orderBy", "In which order.", typeof(string)));
    }

    private static int Size(IQueryCollection query, FaultList faults)
    {
        if (Single(query, "pageSize", faults) is not { } text)
        {
            return DefaultPageSize;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPageSize)
        {
            return size;
        }

        faults.Add("pageSize", $"must be a whole number between 1 and {MaxPageSize}");
        return DefaultPageSize;
    }

    private static string? Single(IQueryCollection query, string name, FaultList faults)
    {
        if (!query.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values.Count > 1)
        {
            faults.Add(name, "stands more than once");
        }

        return string.IsNullOrEmpty(values[0]) ? null : values[0];
    }
}
