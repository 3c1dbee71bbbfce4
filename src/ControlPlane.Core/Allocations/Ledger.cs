using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Allocations;

/// <summary>
/// The rule that joins a host and a chain of pools: both take, or neither. Every change of what is promised goes through here, so
/// the sum of allocations equals what hosts and pools say is used.
/// </summary>
public static class Ledger
{
    /// <summary>Takes from the host, its engine and each pool of the chain.</summary>
    /// <param name="host">Taken from.</param>
    /// <param name="engine">The engine taken from, or null.</param>
    /// <param name="chain">The pool and its parents.</param>
    /// <param name="demand">How much.</param>
    public static AllocationOutcome Take(Host host, EngineKind? engine, IReadOnlyList<Pool> chain, ResourceVector demand)
    {
        if (host.Check(demand, engine) is var fits and not AllocationOutcome.Allocated) { return fits; }
        foreach (var pool in chain)
        {
            if (pool.Check(demand) is var below and not AllocationOutcome.Allocated) { return below; }
        }
        foreach (var pool in chain) { pool.Allocate(demand); }
        return host.Allocate(demand, engine);
    }

    /// <summary>Gives back part of an allocation, or all of it.</summary>
    public static AllocationOutcome Give(Allocation allocation, Host host, IReadOnlyList<Pool> chain, ResourceVector amounts)
    {
        if (!allocation.Resources.TryMinus(amounts, out var rest)) { return AllocationOutcome.ExceedsHeld; }
        host.Release(amounts, allocation.Engine);
        foreach (var pool in chain) { pool.Release(amounts); }
        allocation.Set(rest);
        return AllocationOutcome.Allocated;
    }

    /// <summary>Changes what an allocation holds: what is more is taken, what is less is given back; all or nothing.</summary>
    public static AllocationOutcome Resize(Allocation allocation, Host host, IReadOnlyList<Pool> chain, ResourceVector next)
    {
        var more = next.Beyond(allocation.Resources);
        if (Take(host, allocation.Engine, chain, more) is var outcome and not AllocationOutcome.Allocated)
        {
            // Of what is more the host may have room when empty, and yet never for the whole.
            return host.Check(next, allocation.Engine) == AllocationOutcome.ExceedsHost ? AllocationOutcome.ExceedsHost : outcome;
        }
        var less = allocation.Resources.Beyond(next);
        host.Release(less, allocation.Engine);
        foreach (var pool in chain) { pool.Release(less); }
        allocation.Set(next);
        return AllocationOutcome.Allocated;
    }
}
