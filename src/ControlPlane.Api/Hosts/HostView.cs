using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts;

/// <summary>A host as the client reads it.</summary>
internal static class HostView
{
    internal static string PathOf(HostId id) => $"/v1/hosts/{id}";

    internal static HostResource Of(Host host, HostHeartbeats heartbeats) => new()
    {
        Id = host.Id.ToString(),
        Name = host.Name.ToString(),
        Driver = Words.Of(host.Driver),
        State = Words.Of(host.State),
        Zone = host.Zone,
        Labels = host.Labels,
        Traits = host.Traits,
        Capacity = Own(host).ToDictionary(entry => entry.Resource.ToString(), Of),
        PinnedCores = host.PinnedCores,
        NumaNodes = [.. host.Nodes.OrderBy(node => node.Number).Select(Of)],
        Cpu = new HostCpu { Model = host.Platform.CpuModel, Features = host.Platform.CpuFeatures },
        Architecture = Words.Of(host.Platform.Architecture),
        Firmwares = [.. host.Platform.Firmwares.Select(firmware => Words.Of(firmware))],
        Engines = [.. host.Engines.Select(engine => EngineView.Of(host, engine))],
        Discovered = host.Facts is { } facts ? Of(StoreJson.Read<HostFacts>(facts)) : null,
        Simulation = SimulationOf(host),
        Conditions = ConditionView.Of(host.Conditions),
        LastHeartbeat = heartbeats.LastOf(host),
        Etag = Answers.Etag(host.Version),
        CreateTime = host.CreateTime,
        UpdateTime = host.UpdateTime,
    };

    /// <summary>What a PATCH starts from.</summary>
    internal static PatchableHost Patchable(Host host) => new()
    {
        Zone = host.Zone,
        Labels = host.Labels,
        Traits = host.Traits,
        Capacity = Own(host).ToDictionary(entry => entry.Resource.ToString(), entry => new CapacityTerms
        {
            Total = entry.Total ?? 0, Reserved = entry.Reserved, Overcommit = entry.Overcommit.Ratio,
        }),
        Simulation = SimulationOf(host),
    };

    private static IEnumerable<Inventory> Own(Host host) =>
        host.Inventory.Where(entry => entry.Engine is null).OrderBy(entry => entry.Resource);

    private static SimulationSettings? SimulationOf(Host host) =>
        host.Simulation is { } settings ? StoreJson.Read<SimulationSettings>(settings) : null;

    private static NumaNodeUse Of(HostNode node) => new()
    {
        Number = node.Number, Vcpu = node.Cores, MemoryMiB = node.MemoryMiB, VcpuUsed = node.UsedVcpus, PinnedCores = node.PinnedCores,
        MemoryMiBUsed = node.UsedMemoryMiB,
    };

    private static ClassCapacity Of(Inventory entry) => new()
    {
        Total = entry.Total ?? 0, Reserved = entry.Reserved, Overcommit = entry.Overcommit.Ratio, Used = entry.Used,
    };

    private static HostDiscovered Of(HostFacts facts) => new()
    {
        MachineName = facts.MachineName,
        CpuModel = facts.CpuModel,
        CpuFlags = facts.CpuFlags,
        NumaNodes = [.. facts.NumaNodes.Select(node => new HostNumaNode { Id = node.Id, Cpus = node.Cpus, MemoryMiB = node.MemoryMiB })],
        QemuVersion = facts.QemuVersion,
        KernelVersion = facts.KernelVersion,
    };
}
