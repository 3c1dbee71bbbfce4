namespace ControlPlane.Contracts.Pools;

/// <summary>Which hosts a pool’s VMs may be on.</summary>
public sealed record HostSelectorDocument
{
    /// <summary>The zone, or null for any.</summary>
    public string? Zone { get; init; }

    /// <summary>Labels a host must carry.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
