using ControlPlane.Core.Allocations;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Hosts;

/// <summary>A machine with an inventory. It alone says whether an amount fits, and never promises the same room twice.</summary>
public sealed class Host
{
    private List<Inventory> inventory = [];
    private List<HostNode> nodes = [];

    private Host() { }

    /// <summary>A host that takes VMs at once, with the classes given and no engine.</summary>
    public Host(
        HostId id, ResourceName name, HostDriver driver, IReadOnlyDictionary<ResourceClass, InventoryTerms> capacity, DateTimeOffset now)
    {
        (Id, Name, Driver, CreateTime, UpdateTime) = (id, name, driver, now, now);
        foreach (var (resource, terms) in capacity.OrderBy(pair => pair.Key))
        {
            inventory.Add(new(null, resource, terms.Total, terms.Reserved, terms.Overcommit));
        }
    }

    /// <summary>Server-made id.</summary>
    public HostId Id { get; private set; }

    /// <summary>Unique in the fleet.</summary>
    public ResourceName Name { get; private set; }

    /// <summary>What runs its VMs.</summary>
    public HostDriver Driver { get; private set; }

    /// <summary>The failure domain it stands in, or null.</summary>
    public string? Zone { get; set; }

    /// <summary>Free words by key, at most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>What it can do, as words a VM may require.</summary>
    public IReadOnlyList<string> Traits { get; set; } = [];

    /// <summary>What its operator wants of it.</summary>
    public HostDuty Duty { get; set; }

    /// <summary>What is known of its life.</summary>
    public HostLiveness Life { get; set; }

    /// <summary>Whether it comes and goes: it takes no new VM until it has been steady for a while.</summary>
    public bool HeldBack { get; set; }

    /// <summary>What its agent discovered, as JSON; null for simulated hosts.</summary>
    public string? Facts { get; set; }

    /// <summary>How a simulated host behaves, as JSON; null for real ones.</summary>
    public string? Simulation { get; set; }

    /// <summary>What is known of it.</summary>
    public IReadOnlyList<Condition> Conditions { get; set; } = [];

    /// <summary>Its engines, at most one of each kind.</summary>
    public IReadOnlyList<Engine> Engines { get; private set; } = [];

    /// <summary>What it has and what is promised, the host's own and its engines'.</summary>
    public IReadOnlyList<Inventory> Inventory => inventory;

    /// <summary>Its NUMA nodes by number; empty when they are not known.</summary>
    public IReadOnlyList<HostNode> Nodes => nodes;

    /// <summary>What it is to the guests on it.</summary>
    public HostPlatform Platform { get; set; } = HostPlatform.Default;

    /// <summary>Cores promised whole.</summary>
    public long PinnedCores => Of(null, ResourceClass.Vcpu)?.Exclusive ?? 0;

    /// <summary>Cores that could be taken whole when nothing is promised.</summary>
    public long Cores => Of(null, ResourceClass.Vcpu) is { Total: { } total } own
        ? CoreRoom.FreeCores(total - own.Reserved, own.Overcommit, 0, 0) : 0;

    /// <summary>Cores that may still be taken whole.</summary>
    public long FreeCores => Of(null, ResourceClass.Vcpu) is { Total: { } total } own
        ? CoreRoom.FreeCores(total - own.Reserved, own.Overcommit, own.Used, own.Exclusive) : 0;

    /// <summary>Compare-and-bump: grows with every change of what is promised.</summary>
    public long Generation { get; private set; }

    /// <summary>Grows with every change a reader can see.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>Whether it takes VMs.</summary>
    public HostState State => Life switch
    {
        HostLiveness.Suspect => HostState.Suspect,
        HostLiveness.Lost => HostState.Lost,
        HostLiveness.Fenced => HostState.Fenced,
        HostLiveness.Active => Duty switch
        {
            HostDuty.Active => HostState.Active,
            HostDuty.Cordoned => HostState.Cordoned,
            HostDuty.Draining => HostState.Draining,
            HostDuty.Maintenance => HostState.Maintenance,
        },
    };

    /// <summary>The same host with an inventory of its own: what is changed in one is not changed in the other.</summary>
    public Host Copy()
    {
        var copy = (Host)MemberwiseClone();
        copy.inventory = inventory.ConvertAll(entry => entry.Copy());
        copy.nodes = nodes.ConvertAll(node => node.Copy());
        return copy;
    }

    /// <summary>The engine of a kind, or null.</summary>
    public Engine? Engine(EngineKind kind) => Engines.FirstOrDefault(engine => engine.Kind == kind);

    /// <summary>The host's own entry of a class (engine null), or an engine's; null when there is none.</summary>
    public Inventory? Of(EngineKind? engine, ResourceClass resource) =>
        inventory.Find(entry => entry.Engine == engine && entry.Resource == resource);

    /// <summary>Takes the amounts, on the host and, when one is named, on its engine; all or nothing.</summary>
    public AllocationOutcome Allocate(ResourceVector demand, EngineKind? engine)
    {
        if (Check(demand, engine) is var outcome and not AllocationOutcome.Allocated) { return outcome; }
        Change(ResourceVector.Empty, demand, engine, null);
        return AllocationOutcome.Allocated;
    }

    /// <summary>Whether there is room in NUMA nodes and cores, and where; nothing is taken.</summary>
    internal AllocationOutcome Check(ResourceVector demand, NumaTerms terms, out NumaSeat? seat)
    {
        seat = null;
        if (!terms.Asked) { return AllocationOutcome.Allocated; }
        var seen = nodes.ConvertAll(node => node.Seen());
        if (NumaFit.Judge(seen, (Cores, FreeCores), demand, terms) is var verdict and not Verdict.Pass)
        {
            return verdict == Verdict.NotNow ? AllocationOutcome.NoCapacityNow : AllocationOutcome.ExceedsHost;
        }
        seat = NumaFit.Seat(seen, FreeCores, demand, terms);
        return AllocationOutcome.Allocated;
    }

    /// <summary>Whether what sits there may grow or shrink to this in the same nodes; nothing is taken.</summary>
    internal AllocationOutcome Check(NumaSeat seat, ResourceVector held, ResourceVector next)
    {
        var more = next[ResourceClass.Vcpu] - held[ResourceClass.Vcpu];
        if (seat.Pinned && next[ResourceClass.Vcpu] > Cores) { return AllocationOutcome.ExceedsHost; }
        var outcome = seat.Pinned && more > FreeCores ? AllocationOutcome.NoCapacityNow : AllocationOutcome.Allocated;
        foreach (var node in nodes.FindAll(node => seat.Nodes.Contains(node.Number)).ConvertAll(node => node.Seen()))
        {
            var (vcpus, memory) = (seat.ShareOf(next, ResourceClass.Vcpu), seat.ShareOf(next, ResourceClass.MemoryMiB));
            var most = seat.Pinned ? Math.Min(node.Cores, node.Vcpus) : node.Vcpus;
            if (vcpus > most || memory > node.MemoryMiB) { return AllocationOutcome.ExceedsHost; }
            if (vcpus - seat.ShareOf(held, ResourceClass.Vcpu) > (seat.Pinned ? node.FreeCores : node.FreeVcpus)
                || memory - seat.ShareOf(held, ResourceClass.MemoryMiB) > node.FreeMemoryMiB)
            {
                outcome = AllocationOutcome.NoCapacityNow;
            }
        }
        return outcome;
    }

    /// <summary>Moves what an owner holds from one vector to another; that it fits has been checked.</summary>
    internal void Change(ResourceVector held, ResourceVector next, EngineKind? engine, NumaSeat? seat)
    {
        foreach (var (resource, amount) in next.Beyond(held))
        {
            Of(null, resource)?.Take(amount, Whole(seat, resource));
            if (engine is { } kind) { Counted(kind, resource).Take(amount); }
        }
        foreach (var (resource, amount) in held.Beyond(next))
        {
            Of(null, resource)?.Give(amount, Whole(seat, resource));
            if (engine is { } kind) { Counted(kind, resource).Give(amount); }
        }
        foreach (var node in nodes.Where(node => seat is not null && seat.Nodes.Contains(node.Number)))
        {
            node.Move(seat!.ShareOf(next, ResourceClass.Vcpu) - seat.ShareOf(held, ResourceClass.Vcpu),
                seat.ShareOf(next, ResourceClass.MemoryMiB) - seat.ShareOf(held, ResourceClass.MemoryMiB), seat.Pinned);
        }
        Generation++;
    }

    /// <summary>Whether <see cref="Allocate"/> would take the amounts.</summary>
    public AllocationOutcome Check(ResourceVector demand, EngineKind? engine)
    {
        var outcome = AllocationOutcome.Allocated;
        foreach (var (resource, amount) in demand)
        {
            var own = Of(null, resource);
            var share = engine is { } kind ? Of(kind, resource) : null;
            if (own is null && share?.Total is null) { return AllocationOutcome.UnknownResourceClass; }
            if (amount > Math.Min(own?.Capacity ?? long.MaxValue, share?.Capacity ?? long.MaxValue))
            {
                outcome = AllocationOutcome.ExceedsHost;
            }
            else if (outcome == AllocationOutcome.Allocated && amount > Math.Min(own?.Free ?? long.MaxValue, share?.Free ?? long.MaxValue))
            {
                outcome = AllocationOutcome.NoCapacityNow;
            }
        }
        return outcome;
    }

    /// <summary>Gives the amounts back. More than is promised is a breach: the caller checked what the owner holds.</summary>
    public void Release(ResourceVector amounts, EngineKind? engine) => Change(amounts, ResourceVector.Empty, engine, null);

    /// <summary>Says which NUMA nodes the host has, numbered from zero; false, and all as it was, when more is promised in one.</summary>
    public bool TrySetNodes(IReadOnlyList<HostNodeTerms> terms)
    {
        Invariant.Check(terms.Count <= HostNode.MaxNodes, "too many NUMA nodes");
        var (cpu, memory) = (RatioOf(ResourceClass.Vcpu), RatioOf(ResourceClass.MemoryMiB));
        var none = new HostNodeTerms(0, 0);
        if (nodes.Exists(node => (terms.ElementAtOrDefault(node.Number) ?? none) is var its
            && !node.Holds(its.Cores, cpu, its.MemoryMiB, memory)))
        {
            return false;
        }
        nodes.RemoveAll(node => node.Number >= terms.Count);
        for (var number = nodes.Count; number < terms.Count; number++) { nodes.Add(new(number)); }
        foreach (var node in nodes) { node.Resize(terms[node.Number].Cores, cpu, terms[node.Number].MemoryMiB, memory); }
        Generation++;
        return true;
    }

    /// <summary>
    /// Sets what the host has of the classes given, adding new ones; false, and all as it was, when more is promised than would be
    /// left.
    /// </summary>
    public bool TryResize(IReadOnlyDictionary<ResourceClass, InventoryTerms> capacity)
    {
        if (capacity.Any(pair => !Leaves(pair.Key, pair.Value))) { return false; }
        // Nodes are promised as often as their host.
        var cpu = capacity.GetValueOrDefault(ResourceClass.Vcpu)?.Overcommit ?? RatioOf(ResourceClass.Vcpu);
        var memory = capacity.GetValueOrDefault(ResourceClass.MemoryMiB)?.Overcommit ?? RatioOf(ResourceClass.MemoryMiB);
        if (nodes.Exists(node => !node.Holds(node.Cores, cpu, node.MemoryMiB, memory))) { return false; }
        foreach (var node in nodes) { node.Resize(node.Cores, cpu, node.MemoryMiB, memory); }
        foreach (var (resource, terms) in capacity.OrderBy(pair => pair.Key))
        {
            foreach (var entry in inventory.FindAll(entry => Follows(entry, resource)))
            {
                entry.Resize(terms.Total, terms.Reserved, RatioOf(entry, terms));
            }
            if (Of(null, resource) is null) { Add(resource, terms); }
        }
        Generation++;
        return true;
    }

    /// <summary>Creates or configures an engine; false, and all as it was, when its VMs hold more than the new terms allow.</summary>
    public bool TryConfigure(EngineKind kind, EngineTerms terms, EngineState initialState)
    {
        if (Shares(kind, terms).Any(share => Of(kind, share.Resource) is { } entry
            && share.Total is { } total && Hosts.Inventory.CapacityOf(total, share.Reserved, share.Ratio) < entry.Used)
            || inventory.Any(entry => entry.Engine == kind && entry.Used > 0 && Of(null, entry.Resource) is null
                && terms.Resources[entry.Resource] == 0))
        {
            return false;
        }
        ReplaceShares(kind, terms);
        var before = Engine(kind);
        Put(new Engine
        {
            Kind = kind, State = before?.State ?? initialState, CpuModel = terms.CpuModel, MachineType = terms.MachineType,
            Conditions = before?.Conditions ?? [], Version = (before?.Version ?? 0) + 1,
        });
        Generation++;
        return true;
    }

    /// <summary>Sets the state of an engine that is there.</summary>
    public void SetEngineState(EngineKind kind, EngineState state) => Change(kind, engine => engine with { State = state });

    /// <summary>Sets a condition of an engine that is there.</summary>
    public void SetEngineCondition(EngineKind kind, Condition condition) =>
        Change(kind, engine => engine with { Conditions = Condition.With(engine.Conditions, condition) });

    /// <summary>Removes an engine; false while its VMs hold anything.</summary>
    public bool TryRemoveEngine(EngineKind kind)
    {
        if (inventory.Any(entry => entry.Engine == kind && entry.Used > 0)) { return false; }
        inventory.RemoveAll(entry => entry.Engine == kind);
        Engines = [.. Engines.Where(engine => engine.Kind != kind)];
        Generation++;
        return true;
    }

    private bool Leaves(ResourceClass resource, InventoryTerms terms)
    {
        if (terms.Reserved < 0 || terms.Reserved > terms.Total) { return false; }
        if (Of(null, resource) is null)
        {
            return Hosts.Inventory.CapacityOf(terms.Total, terms.Reserved, terms.Overcommit) >= HeldOnEngines(resource);
        }
        return inventory.TrueForAll(entry => !Follows(entry, resource)
            || entry.Holds(terms.Total, terms.Reserved, RatioOf(entry, terms)));
    }

    // An engine's ratio bounds the host's total, and so follows it; an amount that the engine was given as its own does not.
    private bool Follows(Inventory entry, ResourceClass resource) => entry.Resource == resource && (entry.Engine is null
        || (Of(null, resource) is { } own && entry.Total == own.Total && entry.Reserved == own.Reserved));

    // A class that only engines had until now is already held by their VMs: the host must know, or it would promise it twice.
    private void Add(ResourceClass resource, InventoryTerms terms)
    {
        var held = HeldOnEngines(resource);
        var added = new Inventory(null, resource, terms.Total, terms.Reserved, terms.Overcommit);
        added.Take(held);
        inventory.Add(added);
    }

    private long HeldOnEngines(ResourceClass resource) => inventory.Where(entry => entry.Resource == resource).Sum(entry => entry.Used);

    private static bool Whole(NumaSeat? seat, ResourceClass resource) => seat is { Pinned: true } && resource == ResourceClass.Vcpu;

    private Overcommit RatioOf(ResourceClass resource) => Of(null, resource)?.Overcommit ?? Overcommit.None;

    private static Overcommit RatioOf(Inventory entry, InventoryTerms terms) =>
        entry.Engine is null ? terms.Overcommit : entry.Overcommit;

    private void Change(EngineKind kind, Func<Engine, Engine> change)
    {
        var engine = Engine(kind);
        Invariant.Check(engine is not null, $"host {Name} has no {kind} engine");
        var changed = change(engine!);
        if (changed == engine) { return; }
        Put(changed with { Version = engine!.Version + 1 });
        Generation++;
    }

    private void Put(Engine engine) =>
        Engines = [.. Engines.Where(other => other.Kind != engine.Kind).Append(engine).OrderBy(other => other.Kind)];

    private Inventory Counted(EngineKind kind, ResourceClass resource)
    {
        if (Of(kind, resource) is { } entry) { return entry; }
        var added = new Inventory(kind, resource, null, 0, Overcommit.None);
        inventory.Add(added);
        return added;
    }

    private IEnumerable<(ResourceClass Resource, long? Total, long Reserved, Overcommit Ratio)> Shares(EngineKind kind, EngineTerms terms)
    {
        foreach (var (resource, amount) in terms.Resources)
        {
            yield return (resource, amount, 0, terms.Overcommit.GetValueOrDefault(resource, Overcommit.None));
        }
        foreach (var entry in inventory.Where(entry => entry.Engine is null && terms.Resources[entry.Resource] == 0))
        {
            yield return terms.Overcommit.TryGetValue(entry.Resource, out var ratio)
                ? (entry.Resource, entry.Total, entry.Reserved, ratio)
                : (entry.Resource, null, 0, Overcommit.None);
        }
    }

    private void ReplaceShares(EngineKind kind, EngineTerms terms)
    {
        var shares = Shares(kind, terms).ToList();
        inventory.RemoveAll(entry => entry.Engine == kind && entry.Used == 0 && shares.All(share => share.Resource != entry.Resource));
        foreach (var (resource, total, reserved, ratio) in shares)
        {
            if (Of(kind, resource) is { } entry) { entry.Resize(total, reserved, ratio); }
            else { inventory.Add(new(kind, resource, total, reserved, ratio)); }
        }
    }
}
