using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Retention;

/// <summary>How long what has served its purpose is kept: <c>ControlPlane:Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>Days that changes are kept to resume <c>/v1/events</c> from. 1 to 3,650.</summary>
    [Range(1, 3_650)]
    public int EventDays { get; set; } = 7;

    /// <summary>Changes that are kept at the most, whatever their age. 1,000 to 100,000,000.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxEvents { get; set; } = 1_000_000;

    /// <summary>Placement records that are kept at the most, besides those of VMs that exist. 1 to 10,000,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxPlacements { get; set; } = 20_000;

    /// <summary>Seconds between two sweeps. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int IntervalSeconds { get; set; } = 3_600;
}
