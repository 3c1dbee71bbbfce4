using ControlPlane.Api.Operations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// What this process knows of what is committed: the revision, hosts and pools as of it, and who waits. It moves from revision to
/// revision and skips none, be the change this process's own or another's.
/// </summary>
internal sealed class CommittedState : IDisposable
{
    private const int PageRows = 1_000;

    private readonly SemaphoreSlim gate = new(1, 1);
    private LedgerView ledger = LedgerView.Empty;
    private long revision;

    /// <summary>Who waits for changes waits here.</summary>
    internal ChangeSignals Signals { get; } = new();

    /// <summary>VMs and operations that changed lately.</summary>
    internal RecentRows Recent { get; } = new();

    /// <summary>Hosts and pools as of <see cref="Revision"/>.</summary>
    internal LedgerView Ledger => Volatile.Read(ref ledger);

    /// <summary>The newest revision that is known here.</summary>
    internal long Revision => Volatile.Read(ref revision);

    /// <summary>Keeps every other mover away until it is disposed.</summary>
    internal async Task<IDisposable> HoldAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        return new Held(gate);
    }

    /// <summary>Reads everything anew. The caller holds.</summary>
    internal async Task LoadAsync(StoreContext db, CancellationToken ct)
    {
        var newest = await db.Events.MaxAsync(change => (long?)change.Revision, ct) ?? 0;
        var read = await FleetFollower.ReadAsync(db, newest, ct);
        Recent.Clear(newest);
        Move(read, newest);
        Signals.PublishAll();
    }

    /// <summary>Takes over what others have committed. The caller holds.</summary>
    internal async Task CatchUpAsync(StoreContext db, CancellationToken ct)
    {
        while (true)
        {
            var since = revision;
            var page = await db.Events.AsNoTracking().Where(row => row.Revision > since).OrderBy(row => row.Revision)
                .Take(PageRows).Select(row => new Change(row.Revision, row.Kind, row.ResourceId)).ToListAsync(ct);
            if (page.Count == 0) { return; }
            if (page[0].Revision != since + 1)
            {
                // Away for so long that retention has removed what came in between.
                await LoadAsync(db, ct);
                return;
            }
            var followed = await FollowAsync(db, page, ct);
            Forget(page);
            Move(followed, page[^1].Revision);
            Signals.Publish([.. page.Select(change => change.Id), .. await TopicsAsync(db, page, since, ct)]);
            if (page.Count < PageRows) { return; }
        }
    }

    /// <summary>This process has committed. The caller holds since the commit began.</summary>
    internal void Publish(LedgerView committed, long newest, IReadOnlyList<TurnRows> turns, IEnumerable<string> changed)
    {
        Recent.Take(turns);
        if (newest == revision) { return; }
        Move(committed, newest);
        Signals.Publish(changed);
    }

    /// <summary>Takes over what was changed past all lanes. The caller holds.</summary>
    internal async Task ReadAnewAsync(StoreContext db, StaleLedgerException stale, CancellationToken ct)
    {
        Recent.Forget(stale.Vm is { } vm ? [vm] : [], stale.Operation is { } operation ? [operation] : [], revision);
        List<HostId> hosts = stale.Host is { } host ? [host] : [];
        List<PoolId> pools = stale.Pool is { } pool ? [pool] : [];
        Move(await FleetFollower.ReadAsync(ledger, hosts, recount: false, pools, db, ct), revision);
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private void Forget(List<Change> page) => Recent.Forget(
        [.. page.Where(change => change.Kind == "VM").Select(change => VmId.Parse(change.Id))],
        [.. page.Where(change => change.Kind == "OPERATION").Select(change => OperationId.Parse(change.Id))], page[^1].Revision);

    private void Move(LedgerView committed, long newest)
    {
        Volatile.Write(ref ledger, committed);
        Volatile.Write(ref revision, newest);
    }

    // Whatever takes room on a host or leaves it changes the host's row too; a VM that changes in place changes who is there.
    private async Task<LedgerView> FollowAsync(StoreContext db, List<Change> page, CancellationToken ct)
    {
        var vms = page.Where(change => change.Kind == "VM").Select(change => VmId.Parse(change.Id)).Distinct().ToList();
        List<HostId> on = vms.Count == 0 ? [] : await db.Vms.Where(vm => vm.Host != null && vms.Contains(vm.Id))
            .Select(vm => vm.Host!.Value).Distinct().ToListAsync(ct);
        if (vms.Count > 0)
        {
            on.AddRange(await db.Vms.Where(vm => vm.MigrationTarget != null && vms.Contains(vm.Id))
                .Select(vm => vm.MigrationTarget!.Value).Distinct().ToListAsync(ct));
        }
        var hosts = page.Where(change => change.Kind == "HOST").Select(change => HostId.Parse(change.Id)).Concat(on).Distinct().ToList();
        var pools = page.Where(change => change.Kind == "POOL").Select(change => PoolId.Parse(change.Id)).Distinct().ToList();
        return (await FleetFollower.ReadAsync(ledger, hosts, vms.Count > 0, pools, db, ct)).At(page[^1].Revision);
    }

    // The same topics that the turn of the other process told those who wait there.
    private static async Task<List<string>> TopicsAsync(StoreContext db, List<Change> page, long since, CancellationToken ct)
    {
        List<string> topics = [];
        if (page.Exists(change => change.Kind == "VM"))
        {
            var hosts = await db.Vms.Where(vm => vm.AssignmentRevision > since && vm.Host != null).Select(vm => vm.Host!.Value)
                .Distinct().ToListAsync(ct);
            var targets = await db.Vms.Where(vm => vm.AssignmentRevision > since && vm.MigrationTarget != null)
                .Select(vm => vm.MigrationTarget!.Value).Distinct().ToListAsync(ct);
            var left = await db.Departures.Where(gone => gone.Revision > since).Select(gone => gone.Host).Distinct().ToListAsync(ct);
            topics.AddRange([AssignmentTopic.Simulated, .. hosts.Concat(targets).Concat(left).Distinct().Select(AssignmentTopic.Of)]);
        }
        var operations = page.Where(change => change.Kind == "OPERATION").Select(change => OperationId.Parse(change.Id))
            .Distinct().ToList();
        if (operations.Count > 0)
        {
            var parents = await db.Operations.Where(row => row.Parent != null && operations.Contains(row.Id))
                .Select(row => row.Parent!.Value).Distinct().ToListAsync(ct);
            topics.AddRange(parents.Select(ChildOperations.Topic));
        }
        return topics;
    }

    private sealed class Held(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
