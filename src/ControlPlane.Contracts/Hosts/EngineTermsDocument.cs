namespace ControlPlane.Contracts.Hosts;

/// <summary>Creates or configures an engine (PUT).</summary>
public sealed record EngineTermsDocument
{
    /// <summary>QEMU’s -cpu model; left out: what was found to work.</summary>
    public string? CpuModel { get; init; }

    /// <summary>QEMU’s -machine type.</summary>
    public string? MachineType { get; init; }

    /// <summary>By class, ratios that narrow what this engine’s VMs may use of the host; both bounds hold.</summary>
    public IReadOnlyDictionary<string, double> Overcommit { get; init; } = new Dictionary<string, double>();

    /// <summary>Countable things that only this engine has, such as <c>{"gpu":2}</c>.</summary>
    public IReadOnlyDictionary<string, long> Resources { get; init; } = new Dictionary<string, long>();
}
