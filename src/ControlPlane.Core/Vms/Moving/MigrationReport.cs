namespace ControlPlane.Core.Vms.Moving;

/// <summary>What a host's agent says of its end of a move.</summary>
public sealed record MigrationReport
{
    /// <summary>The generation answered.</summary>
    public required long Generation { get; init; }

    /// <summary>Where it listens, or null.</summary>
    public MigrationReadiness? Listening { get; init; }

    /// <summary>Whether all has come.</summary>
    public bool Loaded { get; init; }

    /// <summary>Whether the guest stands still and all is sent.</summary>
    public bool HandedOver { get; init; }

    /// <summary>Whether the guest can no longer go on at the source.</summary>
    public bool PastReturn { get; init; }

    /// <summary>Milliseconds that the guest stood still, or null.</summary>
    public int? DowntimeMs { get; init; }

    /// <summary>Milliseconds that the sending took, or null.</summary>
    public int? TotalMs { get; init; }

    /// <summary>Why it cannot go on; null when it can.</summary>
    public MigrationFailure? Failure { get; init; }
}
