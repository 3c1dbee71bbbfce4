namespace ControlPlane.Contracts.Hosts;

/// <summary>What a PATCH may change of a host.</summary>
public sealed record PatchableHost
{
    /// <summary>The failure domain, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>At most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Words that a VM may require.</summary>
    public IReadOnlyList<string> Traits { get; init; } = [];

    /// <summary>By class; the total of a real host’s discovered classes cannot be raised above what was found.</summary>
    public IReadOnlyDictionary<string, CapacityTerms> Capacity { get; init; } = new Dictionary<string, CapacityTerms>();

    /// <summary>Latencies and fault rates of a simulated host.</summary>
    public SimulationSettings? Simulation { get; init; }
}
