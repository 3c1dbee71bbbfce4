using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Rebalancing;

/// <summary>
/// One step of a plan: the target takes the VM's amounts while the source still holds them, then the source gives them back.
/// </summary>
/// <param name="Vm">Which VM.</param>
/// <param name="From">The host it leaves.</param>
/// <param name="To">The host it goes to.</param>
/// <param name="Engine">The engine on both.</param>
/// <param name="Resources">The amounts that go with it.</param>
/// <param name="Cost">What it copies.</param>
/// <param name="Gain">What it takes off the score.</param>
/// <param name="Repairs">The checks that fail where it is and hold where it goes; empty unless the goal is to repair.</param>
public sealed record Move(
    VmId Vm, HostId From, HostId To, EngineKind Engine, ResourceVector Resources, MoveCost Cost, double Gain,
    IReadOnlyList<string> Repairs);
