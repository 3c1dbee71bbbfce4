using System.Collections.Frozen;

namespace ControlPlane.Api.Http;

/// <summary>The closed list of refusals a client can meet. Adding one means adding it to the API contract.</summary>
public sealed class ProblemCode
{
    public static readonly ProblemCode ValidationFailed =
        new("validation-failed", 400, "The request is not valid", RetryAdvice.AfterChange);
    public static readonly ProblemCode Unauthenticated = new("unauthenticated", 401, "A valid token is needed", RetryAdvice.AfterChange);
    public static readonly ProblemCode UnknownCertificate =
        new("unknown-certificate", 401, "The certificate is no host's", RetryAdvice.AfterChange);
    public static readonly ProblemCode CertificateRevoked =
        new("certificate-revoked", 401, "The certificate was taken back", RetryAdvice.AfterChange);
    public static readonly ProblemCode CertificateExpired =
        new("certificate-expired", 401, "The certificate's time is over", RetryAdvice.AfterChange);
    public static readonly ProblemCode JoinTokenInvalid =
        new("join-token-invalid", 401, "There is no such join token", RetryAdvice.AfterChange);
    public static readonly ProblemCode JoinTokenExpired =
        new("join-token-expired", 403, "The join token's time is over", RetryAdvice.AfterChange);
    public static readonly ProblemCode ForeignHost = new("foreign-host", 403, "The certificate is another host's", RetryAdvice.Never);
    public static readonly ProblemCode ForeignVm = new("foreign-vm", 403, "The VM is not on this host", RetryAdvice.Never);
    public static readonly ProblemCode ForeignImage = new("foreign-image", 403, "No VM of this host needs the image", RetryAdvice.Never);
    public static readonly ProblemCode PermissionDenied = new("permission-denied", 403, "The caller may not do this", RetryAdvice.Never);
    public static readonly ProblemCode NotFound = new("not-found", 404, "There is no such resource", RetryAdvice.AfterChange);
    public static readonly ProblemCode UnknownResourceClass =
        new("unknown-resource-class", 404, "There is no such resource class", RetryAdvice.AfterChange);
    public static readonly ProblemCode MethodNotAllowed =
        new("method-not-allowed", 405, "The resource does not take this method", RetryAdvice.Never);
    public static readonly ProblemCode NotAcceptable =
        new("not-acceptable", 406, "No acceptable form of the answer", RetryAdvice.AfterChange);
    public static readonly ProblemCode RequestTimeout = new("request-timeout", 408, "The request came too slowly", RetryAdvice.Now);
    public static readonly ProblemCode Conflict = new("conflict", 409, "Somebody else changed it at the same moment", RetryAdvice.Now);
    public static readonly ProblemCode AlreadyExists = new("already-exists", 409, "The name is taken", RetryAdvice.AfterChange);
    public static readonly ProblemCode InsufficientCapacity =
        new("insufficient-capacity", 409, "No host has room now", RetryAdvice.AfterDelay, retryAfterSeconds: 30);
    public static readonly ProblemCode InsufficientResources =
        new("insufficient-resources", 409, "More was asked for than is held", RetryAdvice.AfterChange);
    public static readonly ProblemCode QuotaExceeded = new("quota-exceeded", 409, "The quota does not allow it", RetryAdvice.AfterChange);
    public static readonly ProblemCode OperationInProgress =
        new("operation-in-progress", 409, "Another operation is at work on it", RetryAdvice.AfterDelay, retryAfterSeconds: 2);
    public static readonly ProblemCode InvalidState = new("invalid-state", 409, "Its state does not allow this", RetryAdvice.AfterChange);
    public static readonly ProblemCode SameHost = new("same-host", 409, "The VM is on this host already", RetryAdvice.AfterChange);
    public static readonly ProblemCode IncompatibleHost =
        new("incompatible-host", 409, "The host gives the guest another machine", RetryAdvice.AfterChange);
    public static readonly ProblemCode HostUnavailable =
        new("host-unavailable", 409, "The host takes no VM now", RetryAdvice.AfterChange);
    public static readonly ProblemCode DrainBlocked =
        new("drain-blocked", 409, "Something on the host cannot go anywhere", RetryAdvice.AfterChange);
    public static readonly ProblemCode MigrationLimit =
        new("migration-limit", 409, "The host takes part in as many moves as it may", RetryAdvice.AfterDelay, retryAfterSeconds: 10);
    public static readonly ProblemCode PlanStale =
        new("plan-stale", 409, "The fleet has moved on from the plan", RetryAdvice.AfterChange);
    public static readonly ProblemCode JoinTokenUsed =
        new("join-token-used", 409, "Another machine has used the join token", RetryAdvice.AfterChange);
    public static readonly ProblemCode OldIncarnation =
        new("old-incarnation", 409, "The VM has a newer incarnation", RetryAdvice.Never);
    public static readonly ProblemCode HostAlive =
        new("host-alive", 409, "The host renews its lease", RetryAdvice.AfterChange);
    public static readonly ProblemCode SessionOver =
        new("session-over", 409, "The agent's session is over", RetryAdvice.AfterChange);
    public static readonly ProblemCode RevisionAhead =
        new("revision-ahead", 409, "The service has not come to this revision", RetryAdvice.AfterChange);
    public static readonly ProblemCode ConsoleElsewhere =
        new("console-elsewhere", 409, "The console is kept on another machine", RetryAdvice.Never);
    public static readonly ProblemCode RevisionExpired =
        new("revision-expired", 410, "The events after this revision are no longer kept", RetryAdvice.AfterChange);
    public static readonly ProblemCode EtagMismatch =
        new("etag-mismatch", 412, "It has changed since it was read", RetryAdvice.AfterChange);
    public static readonly ProblemCode PayloadTooLarge = new("payload-too-large", 413, "The body is too large", RetryAdvice.Never);
    public static readonly ProblemCode UnsupportedMediaType =
        new("unsupported-media-type", 415, "The body is of another media type", RetryAdvice.AfterChange);
    public static readonly ProblemCode ContradictoryConstraints =
        new("contradictory-constraints", 422, "Two of its constraints contradict each other", RetryAdvice.AfterChange);
    public static readonly ProblemCode ExceedsEveryHost = new("exceeds-every-host", 422, "No host could ever hold it", RetryAdvice.Never);
    public static readonly ProblemCode IdempotencyMismatch =
        new("idempotency-mismatch", 422, "The idempotency key was used with another request", RetryAdvice.AfterChange);
    public static readonly ProblemCode RateLimited =
        new("rate-limited", 429, "Too many requests at once", RetryAdvice.AfterDelay, retryAfterSeconds: 1);
    public static readonly ProblemCode Internal = new("internal", 500, "The service failed", RetryAdvice.AfterDelay);
    public static readonly ProblemCode Unavailable =
        new("unavailable", 503, "The service cannot do this now", RetryAdvice.AfterDelay, retryAfterSeconds: 5);
    public static readonly ProblemCode StorageFull =
        new("storage-full", 507, "The storage is full", RetryAdvice.AfterDelay, retryAfterSeconds: 60);

    private static readonly FrozenDictionary<string, ProblemCode> byText = typeof(ProblemCode)
        .GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
        .Select(field => field.GetValue(null))
        .OfType<ProblemCode>()
        .ToFrozenDictionary(code => code.Text);

    private ProblemCode(string text, int status, string title, RetryAdvice retry, int? retryAfterSeconds = null)
    {
        Text = text;
        Status = status;
        Title = title;
        Retry = retry;
        RetryAfterSeconds = retryAfterSeconds;
    }

    public static IEnumerable<ProblemCode> All =>
        byText.Values.OrderBy(code => code.Status).ThenBy(code => code.Text, StringComparer.Ordinal);

    /// <summary>The stable word a client compares with.</summary>
    public string Text { get; }

    public int Status { get; }
    public string Title { get; }
    public RetryAdvice Retry { get; }

    /// <summary>Sent as Retry-After where the problem itself gives no better number.</summary>
    public int? RetryAfterSeconds { get; }

    /// <summary>The problem's `type`: a name, not a place, so that it holds wherever the service is installed.</summary>
    public string Type => $"urn:controlplane:problem:{Text}";

    /// <summary>The code that a bare status of the framework stands for: 404 of the routing, 415 of the binding.</summary>
    public static ProblemCode OfStatus(int status) => status switch
    {
        401 => Unauthenticated,
        403 => PermissionDenied,
        404 => NotFound,
        405 => MethodNotAllowed,
        406 => NotAcceptable,
        408 => RequestTimeout,
        409 => Conflict,
        410 => RevisionExpired,
        412 => EtagMismatch,
        413 => PayloadTooLarge,
        415 => UnsupportedMediaType,
        429 => RateLimited,
        503 => Unavailable,
        507 => StorageFull,
        < 500 => ValidationFailed,
        _ => Internal,
    };

    public override string ToString() => Text;
}
