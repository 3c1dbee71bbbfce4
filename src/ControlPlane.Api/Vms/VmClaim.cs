using ControlPlane.Api.Placements;
using ControlPlane.Api.Reservations;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Vms;

/// <summary>Room taken for a VM, or refused by its pools, or kept for others.</summary>
internal sealed record VmClaim(AllocationOutcome Outcome, Host Host, EngineKind Engine, Candidate Chosen, Decision Decision)
{
    /// <summary>Whether the host is one that others have waited long for: then nothing was taken.</summary>
    internal bool KeptForOthers { get; init; }

    /// <summary>The nodes and cores taken; null when none were asked for.</summary>
    internal NumaSeat? Seat { get; init; }

    /// <summary>The reservation's slot it was taken from, or null: then it was free.</summary>
    internal ReservedSlot? Slot { get; init; }

    /// <summary>What holds that slot, already the size of the VM.</summary>
    internal Allocation? Held { get; init; }
}
