namespace ControlPlane.Contracts.Vms;

/// <summary>How isolated a VM is.</summary>
public sealed record VmIsolationStatus
{
    /// <summary>As asked for.</summary>
    public required string Level { get; init; }

    /// <summary>Between 0 and 1: the weighted share of controls in force.</summary>
    public required decimal Degree { get; init; }

    /// <summary>Controls that the host attests as in force.</summary>
    public required IReadOnlyList<string> Controls { get; init; }
}
