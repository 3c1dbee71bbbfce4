namespace ControlPlane.Contracts.Hosts;

/// <summary>What a host’s CPU is to guests that depend on it.</summary>
public sealed record HostCpu
{
    /// <summary>Such as <c>EPYC</c>, or null when it is not known.</summary>
    public string? Model { get; init; }

    /// <summary>Feature words such as <c>avx2</c>; a VM may require them by <c>spec.placement.cpuFeatures</c>.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];
}
