using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http;

/// <summary>A refusal, as a value: what is true, in one sentence a client can read.</summary>
public sealed record Problem
{
    /// <summary>One with its sentence.</summary>
    public Problem(ProblemCode code, string detail) => (Code, Words) = (code, new(detail));

    /// <summary>One whose sentence is made when it is read: words must not keep a turn of the write lane.</summary>
    public Problem(ProblemCode code, Func<string> detail) => (Code, Words) = (code, new(detail));

    /// <summary>What kind of refusal it is.</summary>
    public ProblemCode Code { get; init; }

    /// <summary>What is true, in one sentence.</summary>
    public string Detail
    {
        get => Words.Value;
        init => Words = new(value);
    }

    /// <summary>Faults by field path, such as `spec.vcpus`.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Further members of the document: the placement record, the link of a running operation.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    public int? RetryAfterSeconds { get; init; }

    private Lazy<string> Words { get; init; }

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

    /// <summary>The same in other words, made of its own when they are read.</summary>
    public Problem Reworded(Func<string, string> words) => this with { Words = new(() => words(Detail)) };

    /// <summary>The same with a member that is made when the document is written.</summary>
    public Problem WithLater(string member, Func<object?> value) => With(member, new Lazy<object?>(value));

    private static string Sentence(IReadOnlyDictionary<string, string[]> errors)
    {
        var (field, faults) = errors.OrderBy(error => error.Key, StringComparer.Ordinal).First();
        var first = field.Length == 0 ? faults[0] : $"{field} {faults[0]}";
        var count = errors.Sum(error => error.Value.Length);
        return count == 1 ? $"{first}." : $"{first}; see errors for all {count} faults.";
    }
}
