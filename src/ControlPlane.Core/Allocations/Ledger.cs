using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

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
    public static AllocationOutcome Take(Host host, EngineKind? engine, IReadOnlyList<Pool> chain, ResourceVector demand) =>
        Take(host, engine, chain, demand, default, out _);

    /// <summary>Takes from the host, its engine, its NUMA nodes and each pool of the chain.</summary>
    /// <param name="host">Taken from.</param>
    /// <param name="engine">The engine taken from, or null.</param>
    /// <param name="chain">The pool and its parents.</param>
    /// <param name="demand">How much.</param>
    /// <param name="terms">What is asked of cores and nodes.</param>
    /// <param name="seat">The nodes and cores taken, to be kept with the allocation; null when none are asked for.</param>
    public static AllocationOutcome Take(
        Host host, EngineKind? engine, IReadOnlyList<Pool> chain, ResourceVector demand, NumaTerms terms, out NumaSeat? seat)
    {
        seat = null;
        if (host.Check(demand, engine) is var fits and not AllocationOutcome.Allocated) { return fits; }
        if (host.Check(demand, terms, out seat) is var sits and not AllocationOutcome.Allocated) { return sits; }
        if (Below(chain, demand) is var below and not AllocationOutcome.Allocated) { return below; }
        foreach (var pool in chain) { pool.Allocate(demand); }
        host.Change(ResourceVector.Empty, demand, engine, seat);
        return AllocationOutcome.Allocated;
    }

    /// <summary>Gives back part of an allocation, or all of it.</summary>
    public static AllocationOutcome Give(Allocation allocation, Host host, IReadOnlyList<Pool> chain, ResourceVector amounts)
    {
        if (!allocation.Resources.TryMinus(amounts, out var rest)) { return AllocationOutcome.ExceedsHeld; }
        host.Change(allocation.Resources, rest, allocation.Engine, allocation.Seat);
        foreach (var pool in chain) { pool.Release(amounts); }
        allocation.Set(rest);
        return AllocationOutcome.Allocated;
    }

    /// <summary>Changes what an allocation holds: what is more is taken, what is less is given back; all or nothing.</summary>
    public static AllocationOutcome Resize(Allocation allocation, Host host, IReadOnlyList<Pool> chain, ResourceVector next)
    {
        var (held, more) = (allocation.Resources, next.Beyond(allocation.Resources));
        if (Grows(allocation, host, chain, next, more) is var outcome and not AllocationOutcome.Allocated)
        {
            // Of what is more the host may have room when empty, and yet never for the whole.
            return host.Check(next, allocation.Engine) == AllocationOutcome.ExceedsHost ? AllocationOutcome.ExceedsHost : outcome;
        }
        host.Change(held, next, allocation.Engine, allocation.Seat);
        foreach (var pool in chain)
        {
            pool.Allocate(more);
            pool.Release(held.Beyond(next));
        }
        allocation.Set(next);
        return AllocationOutcome.Allocated;
    }

    private static AllocationOutcome Grows(
        Allocation allocation, Host host, IReadOnlyList<Pool> chain, ResourceVector next, ResourceVector more)
    {
        if (host.Check(more, allocation.Engine) is var fits and not AllocationOutcome.Allocated) { return fits; }
        if (allocation.Seat is { } seat && host.Check(seat, allocation.Resources, next) is var sits and not AllocationOutcome.Allocated)
        {
            return sits;
        }
        return Below(chain, more);
    }

    private static AllocationOutcome Below(IReadOnlyList<Pool> chain, ResourceVector demand)
    {
        foreach (var pool in chain)
        {
            if (pool.Check(demand) is var below and not AllocationOutcome.Allocated) { return below; }
        }
        return AllocationOutcome.Allocated;
    }
}
