using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Rebalancing;

/// <summary>A VM that a plan may move.</summary>
/// <param name="Vm">Its id.</param>
/// <param name="Host">The host it is on.</param>
/// <param name="Engine">The engine it is on; it moves to the same kind.</param>
/// <param name="Demand">What it asks of a host; its amounts are those that it holds.</param>
/// <param name="Occupant">What the rules about who is where ask of it.</param>
/// <param name="Cost">What moving it copies.</param>
public sealed record Movable(VmId Vm, HostId Host, EngineKind Engine, Demand Demand, Occupant Occupant, MoveCost Cost);
