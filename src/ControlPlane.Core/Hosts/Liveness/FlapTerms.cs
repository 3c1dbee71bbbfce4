namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>When a host counts as flapping.</summary>
/// <param name="HalfLife">In which time half of what is held against it is forgotten; more than zero.</param>
/// <param name="HoldAt">Held back from this penalty on; each missed lease adds one.</param>
/// <param name="FreeAt">Free again below this; less than <paramref name="HoldAt"/>.</param>
public sealed record FlapTerms(TimeSpan HalfLife, double HoldAt, double FreeAt);
