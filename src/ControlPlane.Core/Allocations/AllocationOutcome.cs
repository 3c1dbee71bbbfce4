namespace ControlPlane.Core.Allocations;

/// <summary>What became of a wish to take or give back room. Everything but the first leaves all as it was.</summary>
public enum AllocationOutcome
{
    /// <summary>It was done.</summary>
    Allocated,

    /// <summary>The host has no such class.</summary>
    UnknownResourceClass,

    /// <summary>The host could hold it if it were emptier.</summary>
    NoCapacityNow,

    /// <summary>The host could never hold it.</summary>
    ExceedsHost,

    /// <summary>A pool of the chain has no room below its limit.</summary>
    ExceedsPoolLimit,

    /// <summary>More was to be given back than is held.</summary>
    ExceedsHeld,
}
