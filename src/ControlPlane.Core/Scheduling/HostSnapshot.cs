using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>A host as the scheduler sees it: immutable, replaced as a whole when the host changes.</summary>
public sealed record HostSnapshot
{
    /// <summary>Its id.</summary>
    public required HostId Id { get; init; }

    /// <summary>Its name, for the record.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it takes VMs.</summary>
    public required HostState State { get; init; }

    /// <summary>Whether it comes and goes, and takes no VM until it has been steady.</summary>
    public bool HeldBack { get; init; }

    /// <summary>What runs its VMs.</summary>
    public required HostDriver Driver { get; init; }

    /// <summary>Its zone, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Its traits.</summary>
    public IReadOnlyList<string> Traits { get; init; } = [];

    /// <summary>The most that may be promised, by class.</summary>
    public required ResourceVector Capacity { get; init; }

    /// <summary>What is promised; where cores are taken whole, with the over-committed room that goes with them.</summary>
    public required ResourceVector Used { get; init; }

    /// <summary>Its engines, hardware first.</summary>
    public IReadOnlyList<EngineSnapshot> Engines { get; init; } = [];

    /// <summary>What it is to the guests on it.</summary>
    public HostPlatform Platform { get; init; } = HostPlatform.Default;

    /// <summary>Cores that could be taken whole when nothing is promised.</summary>
    public long Cores { get; init; }

    /// <summary>Cores that may still be taken whole.</summary>
    public long FreeCores { get; init; }

    /// <summary>Its NUMA nodes by number; empty when they are not known.</summary>
    public IReadOnlyList<NodeSnapshot> Nodes { get; init; } = [];

    /// <summary>Who is on it.</summary>
    public HostOccupancy Occupancy { get; init; } = HostOccupancy.None;

    /// <summary>Whether nothing is promised of it and no VM is on it.</summary>
    internal bool IsIdle => Used.Count == 0 && Occupancy.Vms == 0;

    /// <summary>Takes the snapshot of a host with nobody on it.</summary>
    public static HostSnapshot Of(Host host) => Of(host, HostOccupancy.None);

    /// <summary>Takes the snapshot.</summary>
    public static HostSnapshot Of(Host host, HostOccupancy occupancy) => new()
    {
        Id = host.Id,
        Name = host.Name.ToString(),
        State = host.State,
        HeldBack = host.HeldBack,
        Driver = host.Driver,
        Zone = host.Zone,
        Labels = host.Labels,
        Traits = host.Traits,
        Capacity = Amounts(host, null, entry => entry.Capacity ?? 0),
        Used = Amounts(host, null, entry => entry.Taken),
        Platform = host.Platform,
        Cores = host.Cores,
        FreeCores = host.FreeCores,
        Nodes = [.. host.Nodes.Select(node => node.Seen())],
        Engines = [.. host.Engines.OrderBy(engine => engine.Kind).Select(engine => Of(host, engine))],
        Occupancy = occupancy,
    };

    /// <summary>This with what is promised of the host by now; all else must be the same.</summary>
    public HostSnapshot WithUse(Host host) => this with
    {
        Used = Amounts(host, null, entry => entry.Taken),
        FreeCores = host.FreeCores,
        Nodes = Nodes.Count == 0 ? Nodes : [.. host.Nodes.Select(node => node.Seen())],
        Engines = Engines.Count == 0 ? Engines : [.. Engines.Select(engine => engine with { Used = UsedOf(host, engine.Kind) })],
    };

    private static EngineSnapshot Of(Host host, Engine engine) => new(
        engine.Kind, engine.Usable, engine.Usable ? "" : engine.Proved ? "EngineStopped" : "EngineNotProved",
        Amounts(host, engine.Kind, entry => entry.Capacity ?? 0),
        UsedOf(host, engine.Kind))
    {
        Machine = MachineOf(host, engine),
        Barred = [.. host.Inventory.Where(entry => entry.Engine == engine.Kind && Bars(host, entry)).Select(entry => entry.Resource)],
    };

    // A machine type without a version is another one in each version of QEMU.
    private static string MachineOf(Host host, Engine engine) => host.Platform.Hypervisor is { } hypervisor
        ? $"{engine.MachineType} {engine.CpuModel} {hypervisor}" : $"{engine.MachineType} {engine.CpuModel}";

    // Where the host's own capacity is nothing, so is each engine's.
    private static bool Bars(Host host, Inventory entry) =>
        entry.Capacity is { } capacity && (capacity == 0 || host.Of(null, entry.Resource) is { Capacity: 0 });

    private static ResourceVector UsedOf(Host host, EngineKind engine) =>
        Amounts(host, engine, entry => entry.Capacity is null ? 0 : entry.Used);

    private static ResourceVector Amounts(Host host, EngineKind? engine, Func<Inventory, long> amount)
    {
        var amounts = new List<KeyValuePair<ResourceClass, long>>(host.Inventory.Count);
        foreach (var entry in host.Inventory)
        {
            if (entry.Engine == engine) { amounts.Add(KeyValuePair.Create(entry.Resource, amount(entry))); }
        }
        return ResourceVector.Of(amounts);
    }
}
