using ControlPlane.Core.Allocations;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Hosts;

/// <summary>A machine with an inventory. It alone says whether an amount fits, and never promises the same room twice.</summary>
public sealed class Host
{
    private readonly List<Inventory> inventory = [];

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

    /// <summary>Whether its owner keeps new VMs away.</summary>
    public bool Cordoned { get; set; }

    /// <summary>Whether its agent is heard of.</summary>
    public bool Reachable { get; set; } = true;

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

    /// <summary>Compare-and-bump: grows with every change of what is promised.</summary>
    public long Generation { get; private set; }

    /// <summary>Grows with every change a reader can see.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>Whether it takes VMs.</summary>
    public HostState State => !Reachable ? HostState.Unreachable : Cordoned ? HostState.Cordoned : HostState.Ready;

    /// <summary>The engine of a kind, or null.</summary>
    public Engine? Engine(EngineKind kind) => Engines.FirstOrDefault(engine => engine.Kind == kind);

    /// <summary>The host's own entry of a class (engine null), or an engine's; null when there is none.</summary>
    public Inventory? Of(EngineKind? engine, ResourceClass resource) =>
        inventory.Find(entry => entry.Engine == engine && entry.Resource == resource);

    /// <summary>Takes the amounts, on the host and, when one is named, on its engine; all or nothing.</summary>
    public AllocationOutcome Allocate(ResourceVector demand, EngineKind? engine)
    {
        if (Check(demand, engine) is var outcome and not AllocationOutcome.Allocated) { return outcome; }
        foreach (var (resource, amount) in demand)
        {
            Of(null, resource)?.Take(amount);
            if (engine is { } kind) { Counted(kind, resource).Take(amount); }
        }
        Generation++;
        return AllocationOutcome.Allocated;
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
    public void Release(ResourceVector amounts, EngineKind? engine)
    {
        foreach (var (resource, amount) in amounts)
        {
            Of(null, resource)?.Give(amount);
            if (engine is { } kind) { Counted(kind, resource).Give(amount); }
        }
        Generation++;
    }

    /// <summary>
    /// Sets what the host has of the classes given, adding new ones; false, and all as it was, when more is promised than would be
    /// left.
    /// </summary>
    public bool TryResize(IReadOnlyDictionary<ResourceClass, InventoryTerms> capacity)
    {
        if (capacity.Any(pair => !Leaves(pair.Key, pair.Value))) { return false; }
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
            || Hosts.Inventory.CapacityOf(terms.Total, terms.Reserved, RatioOf(entry, terms)) >= entry.Used);
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
