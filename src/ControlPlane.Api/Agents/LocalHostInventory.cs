using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Agents;

/// <summary>Turns what an agent discovered of its machine into a host.</summary>
internal static class LocalHostInventory
{
    internal static Host Register(HostId id, LocalHostOptions settings, HostFacts facts, DateTimeOffset now) => Register(
        id, ResourceName.Parse(settings.Name), settings.Driver == "SIMULATED" ? HostDriver.Simulated : HostDriver.Qemu, settings.Zone,
        settings, facts, now);

    internal static Host Register(
        HostId id, ResourceName name, HostDriver driver, string? zone, LocalHostOptions settings, HostFacts facts, DateTimeOffset now)
    {
        Overcommit.TryFrom(Math.Round(settings.VcpuOvercommit, 3), out var overcommit);
        var capacity = new Dictionary<ResourceClass, InventoryTerms>
        {
            [ResourceClass.Vcpu] = new(facts.Vcpus, 0, overcommit),
            [ResourceClass.MemoryMiB] = new(facts.MemoryMiB, Math.Min(settings.ReservedMemoryMiB, facts.MemoryMiB / 2), Overcommit.None),
            [ResourceClass.DiskGiB] = new(facts.DiskGiB, Math.Min(settings.ReservedDiskGiB, facts.DiskGiB / 2), Overcommit.None),
        };
        var host = new Host(id, name, driver, capacity, now) { Zone = zone, Facts = StoreJson.Write(facts) };
        See(host, facts);
        foreach (var engine in facts.Engines) { Configure(host, engine); }
        return host;
    }

    /// <summary>Follows a machine that has changed. One that has less than is promised keeps what is promised, and says so.</summary>
    internal static void Follow(Host host, HostFacts facts)
    {
        host.Facts = StoreJson.Write(facts);
        Resize(host, ResourceClass.Vcpu, facts.Vcpus);
        Resize(host, ResourceClass.MemoryMiB, facts.MemoryMiB);
        Resize(host, ResourceClass.DiskGiB, facts.DiskGiB);
        See(host, facts);
        foreach (var engine in facts.Engines.Where(engine => host.Engine(AgentWords.Kind(engine.Engine)) is null))
        {
            Configure(host, engine);
        }
    }

    // Its QEMU drives x86-64 guests by SeaBIOS alone, whatever the machine could do. Nodes that hold more than is left stay as they were.
    private static void See(Host host, HostFacts facts)
    {
        var platform = new HostPlatform
        {
            Architecture = CpuArchitecture.X86_64, CpuModel = facts.CpuModel,
            CpuFeatures = [.. facts.CpuFlags.Order(StringComparer.Ordinal)],
            Hypervisor = facts.QemuVersion is { } version ? $"qemu-{string.Join('.', version.Split('.').Take(2))}" : null,
            SharedDisks = facts.SharedDisks,
            Firmwares = host.Driver == HostDriver.Simulated ? HostPlatform.Default.Firmwares : [Firmware.Bios],
        };
        if (!platform.SameAs(host.Platform)) { host.Platform = platform; }
        var nodes = facts.NumaNodes.Count > HostNode.MaxNodes ? []
            : facts.NumaNodes.OrderBy(node => node.Id).Select(node => new HostNodeTerms(node.Cpus, node.MemoryMiB)).ToList();
        if (!host.Nodes.Select(node => new HostNodeTerms(node.Cores, node.MemoryMiB)).SequenceEqual(nodes)) { host.TrySetNodes(nodes); }
    }

    internal static void Prove(Host host, HostFacts facts, DateTimeOffset now)
    {
        foreach (var engine in facts.Engines)
        {
            if (host.Engine(AgentWords.Kind(engine.Engine)) is null) { continue; }
            host.SetEngineCondition(AgentWords.Kind(engine.Engine), new Condition(Engine.ProvedCondition,
                engine.Proved ? ConditionStatus.True : ConditionStatus.False, engine.Reason, engine.Message, now));
        }
    }

    private static void Configure(Host host, EngineFacts engine) => host.TryConfigure(
        AgentWords.Kind(engine.Engine),
        new(engine.CpuModel, engine.MachineType, new Dictionary<ResourceClass, Overcommit>(), ResourceVector.Empty), EngineState.Running);

    private static void Resize(Host host, ResourceClass resource, long total)
    {
        if (host.Of(null, resource) is not { } entry || entry.Total == total) { return; }
        host.TryResize(new Dictionary<ResourceClass, InventoryTerms>
        {
            [resource] = new(total, Math.Min(entry.Reserved, total), entry.Overcommit),
        });
    }
}
