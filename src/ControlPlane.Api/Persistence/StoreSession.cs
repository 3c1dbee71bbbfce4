using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// One write's turn in the lane: what it sees is the newest, nobody else writes meanwhile. It changes rows through <see cref="Db"/>, or
/// claims on what is in memory (<see cref="TryClaim"/>), which is written for all turns of a commit together. A host or pool that the
/// context already tracks is not claimed from in memory.
/// </summary>
public sealed class StoreSession
{
    private readonly ChangeFeed feed;
    private readonly Func<StoreSession, StoreContext> open;
    private readonly Action<StoreSession> write;
    private StoreContext? db;

    internal StoreSession(
        LedgerView ledger, DateTimeOffset now, ChangeFeed feed, Func<StoreSession, StoreContext> open, Action<StoreSession> write) =>
        (Ledger, Now, this.feed, this.open, this.write) = (ledger, now, feed, open, write);

    /// <summary>
    /// The context to change; saved by the write itself, committed by the lane. It is made when it is first asked for: a turn that needs
    /// none costs none.
    /// </summary>
    public StoreContext Db => db ??= open(this);

    /// <summary>Hosts and pools with what is promised, including writes of the same commit.</summary>
    public LedgerView Ledger { get; internal set; }

    /// <summary>The fleet including writes of the same commit.</summary>
    public FleetSnapshot Fleet => Ledger.Fleet;

    /// <summary>The write's time.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Set to leave nothing of the write behind, without a fault: a refusal, or a rehearsal.</summary>
    public bool RolledBack { get; private set; }

    internal bool HasContext => db is not null;

    internal List<Change> Changes { get; } = [];

    internal HashSet<string> Topics { get; } = new(StringComparer.Ordinal);

    internal TurnRows Rows { get; } = new();

    /// <summary>Leaves nothing of the write behind.</summary>
    public void RollBack() => RolledBack = true;

    /// <summary>Takes from a host, its engine and a chain of pools, all or nothing, without asking the database.</summary>
    /// <param name="hostId">Taken from.</param>
    /// <param name="engine">The engine taken from, or null.</param>
    /// <param name="chain">The pool and its parents.</param>
    /// <param name="demand">How much, and what of cores and nodes.</param>
    /// <param name="seat">The nodes and cores taken, to be kept with the allocation; null when none are asked for.</param>
    public AllocationOutcome TryClaim(HostId hostId, EngineKind? engine, IReadOnlyList<Pool> chain, Demand demand, out NumaSeat? seat)
    {
        seat = null;
        if (Ledger.Host(hostId) is not { } before) { return AllocationOutcome.NoCapacityNow; }
        var host = before.Copy();
        var pools = chain.Select(pool => Ledger.Pool(pool.Id)!).ToList();
        var charged = pools.ConvertAll(pool => pool.Copy());
        var outcome = Core.Allocations.Ledger.Take(host, engine, charged, demand.Resources, demand.Numa, out seat);
        if (outcome != AllocationOutcome.Allocated) { return outcome; }
        for (var i = 0; i < pools.Count; i++) { feed.Claimed(this, pools[i], charged[i]); }
        feed.Claimed(this, before, host);
        WriteWhereSeen();
        return outcome;
    }

    /// <summary>Keeps an allocation whose amounts were claimed.</summary>
    public void Keep(Allocation allocation)
    {
        feed.Added(this, allocation);
        Rows.Allocations.Add(allocation);
        WriteWhereSeen();
    }

    /// <summary>Keeps the decision that a claim stands on.</summary>
    public void Keep(PlacementRow placement)
    {
        feed.Added(this, placement);
        Rows.Placements.Add(placement);
        WriteWhereSeen();
    }

    // A turn that has a context may ask it for what it has just claimed.
    private void WriteWhereSeen()
    {
        if (HasContext) { write(this); }
    }
}
