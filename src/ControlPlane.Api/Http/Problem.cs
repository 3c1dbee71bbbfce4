using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http;

/// <summary>A refusal, as a value: what is true, in one sentence a client can read.</summary>
public sealed record Problem(ProblemCode Code, string Detail)
{
    /// <summary>Faults by field path, such as `spec.vcpus`.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Further members of the document: the placement record, the link of a running operation.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public static Problem Validation(IReadOnlyDictionary<string, string[]> errors) =>
        new(ProblemCode.ValidationFailed, Sentence(errors)) { Errors = errors };

    public static Problem Validation(string field, string fault) =>
        Validation(new Dictionary<string, string[]> { [field] = [fault] });

    /// <summary>Nothing of this kind has this id or name: <c>Problem.NotFound("pool", "blue")</c>.</summary>
    public static Problem NotFound(string kind, string idOrName) => new(ProblemCode.NotFound, $"There is no {kind} '{idOrName}'.");

    /// <summary>The same, with those there are: the likeliest first, and not too many.</summary>
    public static Problem NotFound(string kind, string idOrName, IEnumerable<string> known) =>
        new(ProblemCode.NotFound, $"There is no {kind} '{Nearest.Shown(idOrName)}'; {Nearest.Among(idOrName, known)}.");

    /// <summary>The same problem with one more member in its document.</summary>
    public Problem With(string member, object? value) =>
        this with { Extensions = new Dictionary<string, object?>(Extensions ?? new Dictionary<string, object?>()) { [member] = value } };

    private static string Sentence(IReadOnlyDictionary<string, string[]> errors)
    {
        var (field, faults) = errors.OrderBy(error => error.Key, StringComparer.Ordinal).First();
        var first = field.Length == 0 ? faults[0] : $"{field} {faults[0]}";
        var count = errors.Sum(error => error.Value.Length);
        return count == 1 ? $"{first}." : $"{first}; see errors for all {count} faults.";
    }
}
