namespace ControlPlane.Core.Pools;

/// <summary>Which hosts a pool's VMs may be on: all labels must match, and the zone when one is named.</summary>
public sealed record HostSelector
{
    /// <summary>The zone, or null for any.</summary>
    public string? Zone { get; init; }

    /// <summary>Labels that a host must carry.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
