namespace ControlPlane.Contracts.Agents;

/// <summary>The documents of a NoCloud seed (cloud-init documentation, "NoCloud").</summary>
public sealed record CloudInitSeed(string? UserData, string? MetaData, string? NetworkConfig);
