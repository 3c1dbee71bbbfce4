using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>
/// A kept decision: what was looked for, and the fleet as it was. Placing is pure, so its every check and score is had by placing again.
/// </summary>
public sealed class PlacementRow
{
    public PlacementId Id { get; set; }
    public required string Project { get; set; }
    public required string Target { get; set; }
    public required Demand Demand { get; set; }

    /// <summary>The seed's 64 bits.</summary>
    public long Seed { get; set; }

    /// <summary>Which fleet it saw: as of this revision, to be rebuilt from the history of the hosts.</summary>
    public long Revision { get; set; }

    /// <summary>For a record from before there was a history: SHA-256 of the archive of the fleet it saw; else null.</summary>
    public string? Fleet { get; set; }

    /// <summary>Whom to stop so that the host has room; null when it had.</summary>
    public KeptPreemption? Preemption { get; set; }

    public HostId Host { get; set; }
    public EngineKind? Engine { get; set; }
    public long DecisionMicroseconds { get; set; }
    public DateTimeOffset CreateTime { get; set; }
}
