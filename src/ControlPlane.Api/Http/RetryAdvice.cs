namespace ControlPlane.Api.Http;

/// <summary>What a client may do with a refused call.</summary>
public enum RetryAdvice
{
    /// <summary>Send the same call again at once.</summary>
    Now,

    /// <summary>Send the same call again later; see Retry-After.</summary>
    AfterDelay,

    /// <summary>Change the call, or what it speaks of, first.</summary>
    AfterChange,

    /// <summary>This call can never succeed.</summary>
    Never,
}
