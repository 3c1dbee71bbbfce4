using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Http;

/// <summary>What one service takes from its clients; section `ControlPlane:Http`.</summary>
public sealed class HttpLimitsOptions
{
    public const string Section = "ControlPlane:Http";

    /// <summary>The largest body, uploads aside.</summary>
    [Range(1_024, 16 * 1_024 * 1_024)]
    public int MaxBodyBytes { get; init; } = 1_024 * 1_024;

    /// <summary>Requests that are worked on at one time; streams, waits and uploads have limits of their own.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Requests that may wait for their turn; beyond that the answer is 429.</summary>
    [Range(0, 1_000_000)]
    public int MaxQueuedRequests { get; init; } = 2_048;

    /// <summary>Requests with `Prefer: wait` that are open at one time.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingRequests { get; init; } = 4_096;

    /// <summary>Streams (events, followed consoles) that are open at one time.</summary>
    [Range(1, 100_000)]
    public int MaxOpenStreams { get; init; } = 256;

    [Range(1, 1_000)]
    public int MaxConcurrentUploads { get; init; } = 8;

    [Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 10_000;

    [Range(1, 1_000)]
    public int MaxHeaderCount { get; init; } = 100;

    [Range(1_024, 1_024 * 1_024)]
    public int MaxHeaderBytes { get; init; } = 32 * 1_024;

    /// <summary>How long a client may take to send its headers.</summary>
    [Range(1, 600)]
    public int HeadersTimeoutSeconds { get; init; } = 30;

    /// <summary>How often a quiet stream gets a comment, so that nobody in between closes it.</summary>
    [Range(1, 600)]
    public int StreamKeepAliveSeconds { get; init; } = 15;

    /// <summary>How long one readiness check may take before it counts as not ready.</summary>
    [Range(1, 60)]
    public int ReadinessTimeoutSeconds { get; init; } = 5;
}
