using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>Whether automatic restarts stand still, as this process sees it. Until it has looked it does not know, and they do.</summary>
public sealed class FleetBrake
{
    private volatile bool holds = true;

    /// <summary>What it says.</summary>
    public LossBrake State => new(holds);

    /// <summary>This process has looked.</summary>
    internal void Set(LossBrake seen) => holds = seen.Holds;
}
