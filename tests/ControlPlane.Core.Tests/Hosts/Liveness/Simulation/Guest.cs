using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>A VM's process on a host. It outlives the agent and dies with the machine.</summary>
public sealed class Guest(Embodiment embodiment)
{
    public Embodiment Is { get; set; } = embodiment;

    /// <summary>The hand-over that came to nothing, by the generation of its order.</summary>
    public long NotSent { get; set; }

    /// <summary>Whether it is being ended.</summary>
    public bool Ending { get; set; }
}
