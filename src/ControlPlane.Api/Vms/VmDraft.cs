using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>A VM that could be: its spec with everything it names found, the pools it would be charged to, and what it needs.</summary>
public sealed record VmDraft(VmSpec Spec, IReadOnlyList<Pool> Chain, Demand Demand);
