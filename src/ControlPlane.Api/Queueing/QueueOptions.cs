using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Queueing;

/// <summary>The queue of creates that wait for room: <c>ControlPlane:Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary>Operations that may wait for room; one more is answered 503. 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>Seconds after which those behind an operation no longer take room that it could use. 0 to 604,800.</summary>
    [Range(0, 604_800)]
    public int PatienceSeconds { get; set; } = 300;

    /// <summary>Seconds between looks at the queue when nothing is heard of. 1 to 3,600.</summary>
    [Range(1, 3_600)]
    public int SweepSeconds { get; set; } = 5;
}
