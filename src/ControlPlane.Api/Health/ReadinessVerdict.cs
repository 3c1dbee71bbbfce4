namespace ControlPlane.Api.Health;

/// <summary>One check's answer; the reason is null when ready.</summary>
public sealed record ReadinessVerdict(string Name, bool Ready, string? Reason);
