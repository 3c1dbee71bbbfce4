using System.Reflection;
using System.Text.Json;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>
/// Names operations after their handlers: `PoolEndpoints.ListAsync` is `listPools`, `ReleaseAllocationAsync` keeps its words.
/// </summary>
internal static class OperationNames
{
    private const string Endpoints = "Endpoints";
    private const string Async = "Async";

    public static string? Of(MethodInfo? handler)
    {
        if (handler is null || handler.Name.StartsWith('<') || handler.DeclaringType is null)
        {
            return null;
        }

        var (verb, noun) = (Verb(handler), Noun(handler));
        return JsonNamingPolicy.CamelCase.ConvertName(IsOneWord(verb) ? verb + (verb == "List" ? Plural(noun) : noun) : verb);
    }

    /// <summary>
    /// The longer name for a handler that shares its own with another: `HostEndpoints.ListVmsAsync` is then `listVmsOfHost`.
    /// </summary>
    public static string? Longer(MethodInfo? handler) =>
        Of(handler) is { } name && !IsOneWord(Verb(handler!)) ? $"{name}Of{Noun(handler!)}" : Of(handler);

    /// <summary>For a handler without a name: `PUT /v1/images/{image}/content` is `putImageContent`. No two calls have the same.</summary>
    public static string OfPath(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        var words = segments.Index()
            .Where(segment => !segment.Item.StartsWith('{'))
            .Select(segment => IsOne(segment.Index) ? segment.Item.TrimEnd('s') : segment.Item);
        return method.ToLowerInvariant() + string.Concat(words.SelectMany(word => word.Split('-')).Select(Capital));

        // A plural before a parameter speaks of one of them.
        bool IsOne(int index) => segments.ElementAtOrDefault(index + 1)?.StartsWith('{') == true;
    }

    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];

    private static string Verb(MethodInfo handler) =>
        handler.Name.EndsWith(Async, StringComparison.Ordinal) ? handler.Name[..^Async.Length] : handler.Name;

    private static string Noun(MethodInfo handler)
    {
        var owner = handler.DeclaringType!.Name;
        return owner.EndsWith(Endpoints, StringComparison.Ordinal) ? owner[..^Endpoints.Length] : owner;
    }

    private static bool IsOneWord(string verb) => verb.Skip(1).All(char.IsLower);

    private static string Plural(string noun) => noun.EndsWith('s') ? noun : $"{noun}s";
}
