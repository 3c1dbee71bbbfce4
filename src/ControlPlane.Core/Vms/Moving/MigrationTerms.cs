namespace ControlPlane.Core.Vms.Moving;

/// <summary>How a move is to be done.</summary>
public sealed record MigrationTerms
{
    /// <summary>By which algorithm.</summary>
    public required MigrationAlgorithm Algorithm { get; init; }

    /// <summary>MiB per second for memory and for the disk, or null for no limit.</summary>
    public int? BandwidthMiBPerSecond { get; init; }

    /// <summary>Milliseconds that the guest may stand still in pre-copy.</summary>
    public int DowntimeLimitMs { get; init; } = 300;

    /// <summary>Whether the guest may be slowed down so that pre-copy comes to an end.</summary>
    public bool AutoConverge { get; init; }

    /// <summary>Connections for memory.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Whether both streams are encrypted and both hosts prove who they are.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Seconds that the sending may take.</summary>
    public int TimeoutSeconds { get; init; } = 600;
}
