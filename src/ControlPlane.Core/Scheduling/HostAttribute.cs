using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>A word that hosts carry or not, one bit per host: a zone, a label with its value, a trait.</summary>
/// <param name="Kind">What the word is.</param>
/// <param name="Word">The zone, the label's key, the trait.</param>
/// <param name="Value">The label's value.</param>
internal readonly record struct HostAttribute(HostAttributeKind Kind, string Word, string Value)
{
    internal static HostAttribute Zone(string zone) => new(HostAttributeKind.Zone, zone, "");

    internal static HostAttribute Label(string key, string value) => new(HostAttributeKind.Label, key, value);

    internal static HostAttribute Trait(string trait) => new(HostAttributeKind.Trait, trait, "");

    internal static HostAttribute Architecture(CpuArchitecture architecture) =>
        new(HostAttributeKind.Architecture, WordOf(architecture), "");

    internal static HostAttribute Firmware(Firmware firmware) => new(HostAttributeKind.Firmware, WordOf(firmware), "");

    internal static HostAttribute CpuModel(string model) => new(HostAttributeKind.CpuModel, model, "");

    internal static HostAttribute CpuFeature(string feature) => new(HostAttributeKind.CpuFeature, feature, "");

    internal static HostAttribute Machine(EngineKind engine, string machine) => new(HostAttributeKind.Machine, machine, WordOf(engine));

    internal static HostAttribute Storage(string name) => new(HostAttributeKind.Storage, name, "");

    /// <summary>Whether the word names one of these domains.</summary>
    internal bool IsIn(FailureDomain scope) => scope.Kind switch
    {
        FailureDomainKind.Host => false,
        FailureDomainKind.Zone => Kind == HostAttributeKind.Zone,
        FailureDomainKind.Label => Kind == HostAttributeKind.Label && Word == scope.Key,
    };

    internal static IEnumerable<HostAttribute> Of(HostSnapshot host)
    {
        if (host.Zone is { } zone) { yield return Zone(zone); }
        foreach (var (key, value) in host.Labels) { yield return Label(key, value); }
        foreach (var trait in host.Traits) { yield return Trait(trait); }
        yield return Architecture(host.Platform.Architecture);
        foreach (var firmware in host.Platform.Firmwares) { yield return Firmware(firmware); }
        if (host.Platform.CpuModel is { } model) { yield return CpuModel(model); }
        foreach (var feature in host.Platform.CpuFeatures) { yield return CpuFeature(feature); }
        if (host.Platform.SharedDisks is { } storage) { yield return Storage(storage); }
        foreach (var engine in host.Engines) { yield return Machine(engine.Kind, engine.Machine); }
    }

    private static string WordOf(EngineKind engine) => engine switch
    {
        EngineKind.Hardware => nameof(EngineKind.Hardware),
        EngineKind.Software => nameof(EngineKind.Software),
    };

    // Constants: a decision makes no text.
    private static string WordOf(CpuArchitecture architecture) => architecture switch
    {
        CpuArchitecture.X86_64 => nameof(CpuArchitecture.X86_64),
        CpuArchitecture.Aarch64 => nameof(CpuArchitecture.Aarch64),
    };

    private static string WordOf(Firmware firmware) => firmware switch
    {
        Hosts.Firmware.Bios => nameof(Hosts.Firmware.Bios),
        Hosts.Firmware.Uefi => nameof(Hosts.Firmware.Uefi),
    };
}
