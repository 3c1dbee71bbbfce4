using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// One write's turn in the lane: what it sees is the newest, nobody else writes meanwhile. It changes rows through <see cref="Db"/>, or
/// without it: it claims on what is in memory (<see cref="TryClaim"/>) and changes VMs and operations that it asks the session for, all of
/// which is written for the turns of a commit together. A host or pool that the context already tracks is not claimed from in memory.
/// </summary>
public sealed class StoreSession
{
    private readonly ChangeFeed feed;
    private readonly Func<StoreSession, StoreContext> open;
    private readonly Action<StoreSession> write;
    private readonly string? project;
    private readonly LaneRows known;
    private readonly Func<string, ResourceName, bool> named;
    private readonly Func<IReadOnlyList<(HostId Host, long Session)>, Dictionary<(HostId Host, long Session), LeaseTerms>> renew;
    private StoreContext? db;

    internal StoreSession(
        string? project, LedgerView ledger, DateTimeOffset now, ChangeFeed feed, Func<StoreSession, StoreContext> open,
        Action<StoreSession> write, LaneRows known, Func<string, ResourceName, bool> named,
        Func<IReadOnlyList<(HostId Host, long Session)>, Dictionary<(HostId Host, long Session), LeaseTerms>> renew)
    {
        (this.project, Ledger, Now, this.feed, this.open, this.write) = (project, ledger, now, feed, open, write);
        (this.known, this.named, this.renew) = (known, named, renew);
    }

    /// <summary>
    /// The context to change; saved by the write itself, committed by the lane. It is made when it is first asked for: a turn that needs
    /// none costs none.
    /// </summary>
    public StoreContext Db => db ?? Open();

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

    internal TurnDrafts Drafts { get; } = new();

    /// <summary>Who is counted on a host already, with a claim, and has no row yet.</summary>
    internal List<(HostId, Occupant)> Coming { get; } = [];

    /// <summary>Leaves nothing of the write behind.</summary>
    public void RollBack() => RolledBack = true;

    /// <summary>A VM to be changed; null when there is none.</summary>
    public async Task<Vm?> VmAsync(VmId id)
    {
        if (HasContext) { return await Db.Vms.FirstOrDefaultAsync(row => row.Id == id); }
        if (Drafts.Vm(id) is { } draft) { return draft; }
        if (known.Vm(id) is not { } before || !Sees(before.Project)) { return await Db.Vms.FirstOrDefaultAsync(row => row.Id == id); }
        var now = before.Copy();
        Drafts.Vms.Add((before, now));
        return now;
    }

    /// <summary>An operation to be changed; null when there is none.</summary>
    public async Task<Operation?> OperationAsync(OperationId id) =>
        Known(id) is { } draft ? draft : await Db.Operations.FirstOrDefaultAsync(row => row.Id == id);

    /// <summary>An operation to be changed, when it need not be asked for.</summary>
    public Operation? Known(OperationId id)
    {
        if (HasContext) { return null; }
        if (Drafts.Operation(id) is { } draft) { return draft; }
        if (known.Operation(id) is not { } before || !Sees(before.Project)) { return null; }
        var now = before.Copy();
        Drafts.Operations.Add((before, now));
        return now;
    }

    /// <summary>Whether a project has a VM of a name.</summary>
    public async Task<bool> HasVmAsync(string project, ResourceName name) =>
        HasContext ? await Db.Vms.AnyAsync(vm => vm.Project == project && vm.Name == name)
            : Drafts.Adds(project, name) || named(project, name);

    /// <summary>
    /// Counts a renewal of each host that is active in the session named, at once and without a context; returns those, with their terms.
    /// </summary>
    public Dictionary<(HostId Host, long Session), LeaseTerms> Renew(IReadOnlyList<(HostId Host, long Session)> asked) => renew(asked);

    /// <summary>Adds a VM.</summary>
    public void Add(Vm vm)
    {
        if (HasContext) { Db.Vms.Add(vm); }
        else { Drafts.Vms.Add((null, vm)); }
    }

    /// <summary>Adds an operation.</summary>
    public void Add(Operation operation)
    {
        if (HasContext) { Db.Operations.Add(operation); }
        else { Drafts.Operations.Add((null, operation)); }
    }

    /// <summary>Writes what the context tracks, so that it can be asked for it; without a context there is nothing to write yet.</summary>
    public Task SaveAsync() => HasContext ? Db.SaveChangesAsync(CancellationToken.None) : Task.CompletedTask;

    /// <summary>Takes from a host, its engine and a chain of pools, all or nothing, without asking the database.</summary>
    /// <param name="hostId">Taken from.</param>
    /// <param name="engine">The engine taken from, or null.</param>
    /// <param name="chain">The pool and its parents.</param>
    /// <param name="demand">How much, and what of cores and nodes.</param>
    /// <param name="seat">The nodes and cores taken, to be kept with the allocation; null when none are asked for.</param>
    /// <param name="coming">The VM that this turn adds there, to be counted with the claim; null when it adds none.</param>
    public AllocationOutcome TryClaim(
        HostId hostId, EngineKind? engine, IReadOnlyList<Pool> chain, Demand demand, out NumaSeat? seat, Occupant? coming = null)
    {
        seat = null;
        if (Ledger.Host(hostId) is not { } before) { return AllocationOutcome.NoCapacityNow; }
        var host = before.Copy();
        var pools = chain.Select(pool => Ledger.Pool(pool.Id)!).ToList();
        var charged = pools.ConvertAll(pool => pool.Copy());
        var outcome = Core.Allocations.Ledger.Take(host, engine, charged, demand.Resources, demand.Numa, out seat);
        if (outcome != AllocationOutcome.Allocated) { return outcome; }
        for (var i = 0; i < pools.Count; i++) { feed.Claimed(this, pools[i], charged[i]); }
        if (coming is { } comes) { Coming.Add((hostId, comes)); }
        feed.Claimed(this, before, host, coming);
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

    private bool Sees(string owner) => project is null || project == owner;

    private StoreContext Open()
    {
        db = open(this);
        Drafts.MoveTo(db);
        return db;
    }

    // A turn that has a context may ask it for what it has just claimed.
    private void WriteWhereSeen()
    {
        if (HasContext) { write(this); }
    }
}
