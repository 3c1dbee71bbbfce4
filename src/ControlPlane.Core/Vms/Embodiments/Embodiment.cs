namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>A VM's process on a host.</summary>
/// <param name="Incarnation">Which embodiment it is.</param>
/// <param name="State">What it is.</param>
/// <param name="Policy">Whether it is ended with the lease; known to the watchdog as well.</param>
/// <param name="HandOver">The generation of the order by which its state was last begun to be sent; zero for never.</param>
public sealed record Embodiment(long Incarnation, EmbodimentState State, LossPolicy Policy, long HandOver = 0);
