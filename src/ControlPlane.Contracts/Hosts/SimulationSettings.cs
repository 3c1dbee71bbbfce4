namespace ControlPlane.Contracts.Hosts;

/// <summary>How a simulated host behaves.</summary>
public sealed record SimulationSettings
{
    /// <summary>Milliseconds to make a VM’s files: 0 to 600000.</summary>
    public int PrepareLatencyMs { get; init; }

    /// <summary>Milliseconds to start a VM.</summary>
    public int StartLatencyMs { get; init; }

    /// <summary>Milliseconds to stop a VM.</summary>
    public int StopLatencyMs { get; init; }

    /// <summary>Milliseconds to remove a VM.</summary>
    public int RemoveLatencyMs { get; init; }

    /// <summary>Milliseconds to send a VM to another host.</summary>
    public int MigrateLatencyMs { get; init; }

    /// <summary>The share of prepares that fail: 0 to 1.</summary>
    public double PrepareFaultRate { get; init; }

    /// <summary>The share of starts that fail.</summary>
    public double StartFaultRate { get; init; }

    /// <summary>The share of stops that fail.</summary>
    public double StopFaultRate { get; init; }

    /// <summary>The share of removals that fail.</summary>
    public double RemoveFaultRate { get; init; }

    /// <summary>The share of migrations that fail before the guest stands still.</summary>
    public double MigrateFaultRate { get; init; }
}
