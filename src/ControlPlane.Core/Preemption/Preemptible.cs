using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Preemption;

/// <summary>A VM that may be stopped to make room for one of a higher priority.</summary>
/// <param name="Vm">Its id.</param>
/// <param name="Host">The host it is on.</param>
/// <param name="Engine">The engine it is on.</param>
/// <param name="Priority">Its own priority, 0 to 1,000.</param>
/// <param name="Frees">What it gives back: all that it holds but its disk.</param>
/// <param name="Chain">The pool charged for it and that pool's parents.</param>
/// <param name="Allowed">Whether that chain allows preemption.</param>
public sealed record Preemptible(
    VmId Vm, HostId Host, EngineKind Engine, int Priority, ResourceVector Frees, IReadOnlyList<PoolId> Chain, bool Allowed);
