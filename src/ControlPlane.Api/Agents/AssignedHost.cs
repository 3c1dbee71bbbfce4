using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Agents;

/// <summary>What of a host its VMs' assignments tell.</summary>
internal sealed record AssignedHost(HostId Id, string? Simulation, IReadOnlyList<Engine> Engines)
{
    internal static AssignedHost Of(Host host) => new(host.Id, host.Simulation, host.Engines);
}
