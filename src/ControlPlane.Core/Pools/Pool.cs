using ControlPlane.Core.Allocations;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Pools;

/// <summary>A share of the fleet with limits per class. Charged for every claim in it and in the pools below it.</summary>
public sealed class Pool
{
    /// <summary>The deepest chain of pools.</summary>
    public const int MaxDepth = 8;

    private List<PoolLimit> limits = [];

    private Pool() { }

    /// <summary>An empty pool without limits.</summary>
    public Pool(PoolId id, string project, ResourceName name, PoolId? parent, DateTimeOffset now) =>
        (Id, Project, Name, Parent, CreateTime, UpdateTime) = (id, project, name, parent, now, now);

    /// <summary>Server-made id.</summary>
    public PoolId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>Unique in its project.</summary>
    public ResourceName Name { get; private set; }

    /// <summary>The pool it lies in, or null.</summary>
    public PoolId? Parent { get; private set; }

    /// <summary>Which hosts its VMs may be on.</summary>
    public HostSelector Selector { get; set; } = new();

    /// <summary>The algorithm for VMs that name none.</summary>
    public PlacementAlgorithm DefaultAlgorithm { get; set; } = PlacementAlgorithm.Balanced;

    /// <summary>Whether VMs in it may be stopped for others, and make others stop; null when this pool says nothing of it.</summary>
    public bool? Preemption { get; set; }

    /// <summary>Free words by key.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Limits and use by class.</summary>
    public IReadOnlyList<PoolLimit> Limits => limits;

    /// <summary>Compare-and-bump: grows with every change of what is promised.</summary>
    public long Generation { get; private set; }

    /// <summary>Grows with every change a reader can see.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>The same pool with limits of its own: what is changed in one is not changed in the other.</summary>
    public Pool Copy()
    {
        var copy = (Pool)MemberwiseClone();
        copy.limits = limits.ConvertAll(limit => limit.Copy());
        return copy;
    }

    /// <summary>Whether a chain of pools allows preemption: at least one of them says so, and none says otherwise.</summary>
    public static bool AllowPreemption(IReadOnlyList<Pool> chain) =>
        chain.Any(pool => pool.Preemption == true) && chain.All(pool => pool.Preemption != false);

    /// <summary>The entry of a class, or null when the pool neither limits nor holds any.</summary>
    public PoolLimit? Of(ResourceClass resource) => limits.Find(limit => limit.Resource == resource);

    /// <summary>Whether the amounts fit below the limits now.</summary>
    public AllocationOutcome Check(ResourceVector demand)
    {
        foreach (var (resource, amount) in demand)
        {
            if (Of(resource) is { } limit && amount > limit.Free) { return AllocationOutcome.ExceedsPoolLimit; }
        }
        return AllocationOutcome.Allocated;
    }

    /// <summary>Charges the amounts; all or nothing.</summary>
    public AllocationOutcome Allocate(ResourceVector demand)
    {
        if (Check(demand) is var outcome and not AllocationOutcome.Allocated) { return outcome; }
        foreach (var (resource, amount) in demand) { Counted(resource).Take(amount); }
        Generation++;
        return AllocationOutcome.Allocated;
    }

    /// <summary>Takes the charge back. More than is charged is a breach: the caller checked what the owner holds.</summary>
    public void Release(ResourceVector amounts)
    {
        foreach (var (resource, amount) in amounts) { Counted(resource).Give(amount); }
        Generation++;
    }

    /// <summary>Replaces all limits; false, and all as it was, when more is promised than a new one allows.</summary>
    public bool TryLimit(IReadOnlyDictionary<ResourceClass, PoolTerms> terms)
    {
        if (terms.Any(pair => pair.Value.Limit is { } limit && pair.Value.Overcommit.Of(limit) < (Of(pair.Key)?.Used ?? 0)))
        {
            return false;
        }
        foreach (var limit in limits.Where(limit => !terms.ContainsKey(limit.Resource))) { limit.Set(null, Overcommit.None); }
        limits.RemoveAll(limit => limit.Used == 0 && !terms.ContainsKey(limit.Resource));
        foreach (var (resource, term) in terms.OrderBy(pair => pair.Key)) { Counted(resource).Set(term.Limit, term.Overcommit); }
        Generation++;
        return true;
    }

    private PoolLimit Counted(ResourceClass resource)
    {
        if (Of(resource) is { } limit) { return limit; }
        var added = new PoolLimit(resource, null, Overcommit.None);
        limits.Add(added);
        return added;
    }
}
