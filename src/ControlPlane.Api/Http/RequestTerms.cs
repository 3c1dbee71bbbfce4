using System.Reflection;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Http;

/// <summary>
/// What a request says besides its path and body: who asks, under which key, on which condition, and how long it would wait.
/// </summary>
public sealed record RequestTerms : IBindableFromHttpContext<RequestTerms>, IBoundInput
{
    /// <summary>A well-formed tag that no resource ever had: it matches nothing.</summary>
    public const long NoVersion = -1;

    /// <summary>`token:name`, as it stands in operations and the audit.</summary>
    public required string Actor { get; init; }

    public required string Project { get; init; }

    public required string TraceId { get; init; }

    /// <summary>Only on POST, and only where the client sent one.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// SHA-256 in hex over method, path, query (without validateOnly) and body; spacing and order of members make no difference.
    /// Empty where there is no key, since nobody asks then.
    /// </summary>
    public string RequestHash { get; init; } = "";

    public bool ValidateOnly { get; init; }

    /// <summary>
    /// The version the client read; null where it set no condition (or `*`), <see cref="NoVersion"/> where its tag is none of ours.
    /// </summary>
    public long? IfMatch { get; init; }

    /// <summary>How long the client would wait for an operation to be done; at most 120 s, longer wishes are cut to it.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The operation on whose behalf, which becomes the parent of what is begun; null for a client's own call.</summary>
    internal OperationId? Parent { get; init; }

    Problem? IBoundInput.Problem => Fault;

    internal Problem? Fault { get; init; }

    public static async ValueTask<RequestTerms?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        await TermsReader.ReadAsync(context);

    /// <summary>The refusal where the client's If-Match does not name this version, else null.</summary>
    public Problem? Stale(long version) => IfMatch is { } wanted && wanted != version
        ? new Problem(ProblemCode.EtagMismatch, $"If-Match does not name the present version, which is {Answers.Etag(version)}.")
        : null;
}
