using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Hosts;

/// <summary>Makes a host that exists only here: both engines run, proved by nothing but its nature.</summary>
internal static class SimulatedHost
{
    /// <summary>The CPU model and machine type of its engines.</summary>
    internal const string Hardware = "simulated";

    internal static Host Of(CreateHost wanted, DateTimeOffset now)
    {
        var capacity = wanted.Capacity.ToDictionary(pair => ResourceClass.Parse(pair.Key), pair => HostCapacity.TermsOf(pair.Value));
        var host = new Host(new(Guid.CreateVersion7(now)), ResourceName.Parse(wanted.Name), HostDriver.Simulated, capacity, now)
        {
            Zone = wanted.Zone, Labels = wanted.Labels, Traits = wanted.Traits, Platform = PlatformOf(wanted),
            Simulation = StoreJson.Write(wanted.Simulation ?? new SimulationSettings()),
        };
        var nodes = wanted.NumaNodes.Select(node => new HostNodeTerms(node.Vcpu, node.MemoryMiB)).ToList();
        Invariant.Check(host.TrySetNodes(nodes), "a new host holds nothing");
        foreach (var kind in Enum.GetValues<EngineKind>()) { AddEngine(host, kind, now); }
        return host;
    }

    private static HostPlatform PlatformOf(CreateHost wanted) => new()
    {
        Architecture = Words.Parse<CpuArchitecture>(wanted.Architecture),
        Firmwares = [.. wanted.Firmwares.Select(Words.Parse<Firmware>).Order()],
        CpuModel = wanted.Cpu?.Model,
        CpuFeatures = [.. (wanted.Cpu?.Features ?? []).Order(StringComparer.Ordinal)],
    };

    private static void AddEngine(Host host, EngineKind kind, DateTimeOffset now)
    {
        var terms = new EngineTerms(Hardware, Hardware, new Dictionary<ResourceClass, Overcommit>(), ResourceVector.Empty);
        Invariant.Check(host.TryConfigure(kind, terms, EngineState.Running), "a new host holds nothing");
        host.SetEngineCondition(kind, EngineProofs.Simulated(now));
    }
}
