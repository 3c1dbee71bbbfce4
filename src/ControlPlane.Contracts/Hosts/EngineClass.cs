namespace ControlPlane.Contracts.Hosts;

/// <summary>One class of an engine.</summary>
public sealed record EngineClass
{
    /// <summary>What it may use, or null where only the host bounds it.</summary>
    public required long? Total { get; init; }

    /// <summary>How often.</summary>
    public required double Overcommit { get; init; }

    /// <summary>What its VMs hold.</summary>
    public required long Used { get; init; }
}
