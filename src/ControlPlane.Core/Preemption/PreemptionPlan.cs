using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Preemption;

/// <summary>Whom to stop so that there is room.</summary>
/// <param name="Host">Where.</param>
/// <param name="Engine">On which engine the room will be taken.</param>
/// <param name="Hold">The part of the room that is free already, to be held until the victims have given the rest.</param>
/// <param name="Victims">Whom to stop, by priority and id; none of them is superfluous.</param>
public sealed record PreemptionPlan(HostId Host, EngineKind Engine, ResourceVector Hold, IReadOnlyList<Preemptible> Victims);
