using ControlPlane.Api.Placements;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Vms;

/// <summary>Room taken for a VM, or refused by its pools.</summary>
internal sealed record VmClaim(AllocationOutcome Outcome, Host Host, EngineKind Engine, Candidate Chosen, Decision Decision);
