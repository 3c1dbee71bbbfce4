namespace ControlPlane.Core.Scheduling;

/// <summary>The checks of what a host is to a guest, in words: architecture, firmware, CPU, storage.</summary>
internal static class PlatformChecks
{
    internal static void Add(List<Check> checks, HostSnapshot host, Demand demand)
    {
        var platform = host.Platform;
        if (demand.Architecture is { } architecture)
        {
            checks.Add(new("architecture", Word(architecture), Word(platform.Architecture), If(architecture == platform.Architecture)));
        }
        if (demand.Firmware is { } firmware)
        {
            checks.Add(new("firmware", Word(firmware), List(platform.Firmwares.Select(each => Word(each))),
                If(platform.Firmwares.Contains(firmware))));
        }
        if (demand.CpuModel is { } model)
        {
            checks.Add(new("cpu-model", model, platform.CpuModel ?? "unknown", If(model == platform.CpuModel)));
        }
        if (demand.Machine is { } machine)
        {
            var there = host.Engines.FirstOrDefault(engine => engine.Kind == machine.Engine)?.Machine ?? "none";
            checks.Add(new("machine", $"{Word(machine.Engine)} {machine.Machine}", there, If(machine.Machine == there)));
        }
        if (demand.SharedDisks is { } storage)
        {
            checks.Add(new("storage", storage, platform.SharedDisks ?? "none", If(storage == platform.SharedDisks)));
        }
        if (demand.CpuFeatures.Count > 0)
        {
            // Of hundreds of words only those that are asked for tell anything.
            var there = demand.CpuFeatures.Where(feature => platform.CpuFeatures.Contains(feature)).ToList();
            checks.Add(new("cpu-features", List(demand.CpuFeatures), List(there), If(there.Count == demand.CpuFeatures.Count)));
        }
    }

    private static Verdict If(bool holds) => holds ? Verdict.Pass : Verdict.Mismatch;

    private static string List(IEnumerable<string> words) => string.Join(", ", words) is { Length: > 0 } list ? list : "none";

    private static string Word(Enum value) => value.ToString().ToUpperInvariant();
}
