namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>When so many hosts are silent that the service rather doubts itself.</summary>
/// <param name="SharePermille">More than this share of the fleet, in thousandths.</param>
/// <param name="AtLeast">And at least so many hosts; 1 or more.</param>
/// <param name="Window">Silent for no longer than this: those that went at the same time.</param>
public sealed record BrakeTerms(int SharePermille, int AtLeast, TimeSpan Window);
