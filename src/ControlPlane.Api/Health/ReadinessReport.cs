namespace ControlPlane.Api.Health;

/// <summary>What each check said.</summary>
public sealed record ReadinessReport(string Status, IReadOnlyList<ReadinessVerdict> Checks);
