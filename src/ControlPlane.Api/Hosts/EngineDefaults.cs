using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Hosts;

/// <summary>What an engine is where its owner says nothing: as its agent found it, else as it was.</summary>
internal static class EngineDefaults
{
    internal static EngineTerms TermsOf(Host host, EngineKind kind, EngineTermsDocument wanted)
    {
        var (facts, before) = (FactsOf(host, kind), host.Engine(kind));
        var simulated = host.Driver == HostDriver.Simulated;
        var cpuModel = wanted.CpuModel ?? (simulated ? SimulatedHost.Hardware : facts?.CpuModel ?? before?.CpuModel ?? CpuModelOf(kind));
        var machineType = wanted.MachineType ?? (simulated ? SimulatedHost.Hardware : facts?.MachineType ?? before?.MachineType ?? "q35");
        var ratios = wanted.Overcommit.ToDictionary(pair => ResourceClass.Parse(pair.Key), pair => ResourceRules.RatioOf(pair.Value));
        return new EngineTerms(cpuModel, machineType, ratios, ResourceRules.VectorOf(wanted.Resources));
    }

    internal static Condition ProofOf(Host host, EngineKind kind, DateTimeOffset now) =>
        host.Driver == HostDriver.Simulated ? EngineProofs.Simulated(now)
        : FactsOf(host, kind) is { } facts ? EngineProofs.Of(facts, now)
        : EngineProofs.Untried(now);

    private static EngineFacts? FactsOf(Host host, EngineKind kind) => host.Facts is { } facts
        ? StoreJson.Read<HostFacts>(facts).Engines.FirstOrDefault(engine => KindOf(engine.Engine) == kind) : null;

    private static EngineKind KindOf(VirtualizationEngine engine) => engine switch
    {
        VirtualizationEngine.Hardware => EngineKind.Hardware,
        VirtualizationEngine.Software => EngineKind.Software,
    };

    private static string CpuModelOf(EngineKind kind) => kind switch
    {
        EngineKind.Hardware => "host",
        EngineKind.Software => "qemu64",
    };
}
