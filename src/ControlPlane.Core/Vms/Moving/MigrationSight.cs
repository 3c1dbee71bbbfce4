namespace ControlPlane.Core.Vms.Moving;

/// <summary>
/// What both hosts have said of a VM's present move: written by reports alone. What is true once stays so, so that a late word does no
/// harm.
/// </summary>
public sealed record MigrationSight
{
    /// <summary>The move spoken of, by what the VM is at the target.</summary>
    public required long Incarnation { get; init; }

    /// <summary>The newest generation that the target has answered.</summary>
    public long TargetGeneration { get; init; }

    /// <summary>Where the target listens; null until it does.</summary>
    public MigrationReadiness? Listening { get; init; }

    /// <summary>Whether all that the target needs to go on has come.</summary>
    public bool Loaded { get; init; }

    /// <summary>Why the target cannot take it; null while it can.</summary>
    public MigrationFailure? TargetFailure { get; init; }

    /// <summary>The generation under which the source said that its guest stands still and all is sent; zero before.</summary>
    public long HandedOver { get; init; }

    /// <summary>Whether the guest can no longer go on at the source.</summary>
    public bool PastReturn { get; init; }

    /// <summary>How long the guest stood still at the source, in milliseconds, as the source measured it; null before.</summary>
    public int? DowntimeMs { get; init; }

    /// <summary>How long the sending took, in milliseconds; null before.</summary>
    public int? TotalMs { get; init; }
}
