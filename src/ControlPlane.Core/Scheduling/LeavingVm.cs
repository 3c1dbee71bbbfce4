using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// A VM that looks for another host. It holds its room where it is until it is gone from there, and is counted on neither host when rules
/// ask who is where: it is the one asked for.
/// </summary>
/// <param name="Host">The host that it leaves: none to go to.</param>
/// <param name="Occupant">As the others there see it.</param>
public sealed record LeavingVm(HostId Host, Occupant Occupant)
{
    /// <summary>The fleet as the VM sees it.</summary>
    internal FleetSnapshot SeenIn(FleetSnapshot fleet) => fleet.Find(Host) is { Occupancy.Vms: > 0 } host
        ? fleet.With(host with { Occupancy = host.Occupancy.Minus(Occupant) }) : fleet;
}
