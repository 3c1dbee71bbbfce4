using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Api.Http.Json;

/// <summary>What came of reading something: the value, or the problem.</summary>
public sealed record Parsed<T>
{
    private Parsed(T? value, Problem? problem)
    {
        Value = value;
        Problem = problem;
    }

    public T? Value { get; }

    public Problem? Problem { get; }

    /// <summary>Whether there is a value; else there is a problem.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsValue => Problem is null;

    public static implicit operator Parsed<T>(Problem problem) => new(default, problem);

    public static Parsed<T> Of(T value) => new(value, null);
}
