namespace ControlPlane.Contracts.Vms;

/// <summary>The documents of a NoCloud seed.</summary>
public sealed record VmCloudInit
{
    /// <summary>cloud-init’s user-data, at most 64 KiB.</summary>
    public string? UserData { get; init; }

    /// <summary>meta-data; left out: the instance id and the name.</summary>
    public string? MetaData { get; init; }

    /// <summary>network-config.</summary>
    public string? NetworkConfig { get; init; }
}
