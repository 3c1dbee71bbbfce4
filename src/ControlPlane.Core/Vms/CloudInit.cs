namespace ControlPlane.Core.Vms;

/// <summary>The documents of a NoCloud seed.</summary>
public sealed record CloudInit(string? UserData, string? MetaData, string? NetworkConfig);
