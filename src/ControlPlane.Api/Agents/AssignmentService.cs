using System.Collections.Concurrent;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Agents;

/// <summary>Gives agents what their VMs shall be, as soon as it changes.</summary>
public sealed class AssignmentService(Store store, DataDirectory directory, TimeProvider time)
{
    private const int PageSize = 1_000;
    private const int MaxQuiet = 100_000;
    private static readonly TimeSpan idle = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan oldestKnownFor = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan quietFor = TimeSpan.FromMinutes(5);

    // Hosts that were told of nothing new, and the signal that has not been given since: waiting again asks the store nothing.
    private readonly ConcurrentDictionary<string, (long After, Task Changed, long Since)> quiet = new(StringComparer.Ordinal);
    private (long Revision, long Since) oldest = (0, long.MinValue);

    /// <summary>Assignments of the scope that changed after the revision; waits for one, two minutes at the most.</summary>
    public async Task<AssignmentPage> WaitAsync(AssignmentScope scope, long after, CancellationToken ct)
    {
        var deadline = time.GetUtcNow() + idle;
        while (true)
        {
            var changed = store.Signals.Of(scope.HostId is { } host ? AssignmentTopic.Of(HostId.Parse(host)) : AssignmentTopic.Simulated);
            var page = IsQuiet(scope, after, changed) ? new(after, false, []) : await PageAsync(scope, after, ct);
            if (page.Items.Count == 0 && after > 0 && scope.HostId is { } asked) { Remember(asked, after, changed); }
            var left = deadline - time.GetUtcNow();
            if (page.Items.Count > 0 || after == 0 || left <= TimeSpan.Zero) { return page; }
            await ChangeWaits.ForAsync(left, time, ct, changed);
        }
    }

    /// <summary>
    /// The same for a host elsewhere: files are named by where they come from, and when the service stops the answer is that there is
    /// nothing yet.
    /// </summary>
    public async Task<AssignmentPage> WaitRemoteAsync(HostId host, long after, long session, CancellationToken ct)
    {
        try
        {
            var page = await WaitAsync(new AssignmentScope(host.ToString()), after, ct);
            return page with { Items = [.. page.Items.Select(vm => vm with { Boot = Remote(vm.Boot), Session = session })] };
        }
        catch (OperationCanceledException)
        {
            return new(after, false, []);
        }
    }

    /// <summary>Why an agent cannot go on from a revision, or null. In both cases the way out is to ask for everything.</summary>
    public async Task<Problem?> RefuseRevisionAsync(long after, CancellationToken ct)
    {
        // Another process may have given it out a moment ago.
        if (after > Math.Max(store.Revision, 1)) { await store.CatchUpAsync(null, ct); }
        if (after > Math.Max(store.Revision, 1))
        {
            return new Problem(ProblemCode.RevisionAhead,
                $"The service is at revision {store.Revision} and has not given out {after}: its database was put back to an earlier "
                + "state. Ask for everything with after=0.");
        }
        return after > 0 && after < await OldestAsync(ct) - 1 ? new Problem(ProblemCode.RevisionExpired,
            $"What changed since revision {after} is no longer known in full; ask for everything with after=0.") : null;
    }

    private bool IsQuiet(AssignmentScope scope, long after, Task changed) =>
        scope.HostId is { } host && quiet.TryGetValue(host, out var known) && ReferenceEquals(known.Changed, changed)
        && !changed.IsCompleted && known.After <= after && time.GetElapsedTime(known.Since) < quietFor;

    // The time is that of the look into the store, so that now and then there is another and the agent's revision moves on.
    private void Remember(string host, long after, Task changed)
    {
        if (quiet.TryGetValue(host, out var known) && ReferenceEquals(known.Changed, changed) && known.After <= after
            && time.GetElapsedTime(known.Since) < quietFor)
        {
            return;
        }
        if (quiet.Count >= MaxQuiet) { quiet.Clear(); }
        quiet[host] = (after, changed, time.GetTimestamp());
    }

    private async Task<long> OldestAsync(CancellationToken ct)
    {
        var known = oldest;
        if (known.Since != long.MinValue && time.GetElapsedTime(known.Since) < oldestKnownFor) { return known.Revision; }
        await using var db = store.Read(null);
        var revision = await db.Events.MinAsync(row => (long?)row.Revision, ct) ?? 0;
        oldest = (revision, time.GetTimestamp());
        return revision;
    }

    private static BootSource? Remote(BootSource? boot) =>
        boot is null ? null : boot with { Path = "", InitrdPath = boot.InitrdPath is null ? null : "" };

    private async Task<AssignmentPage> PageAsync(AssignmentScope scope, long after, CancellationToken ct)
    {
        if (Known(scope, after) is { } known) { return known; }
        await using var db = store.Read(null);
        // All of it as of one moment: a part of what is committed meanwhile would pass for the whole.
        await using var snapshot = await db.BeginSnapshotAsync(ct);
        var revision = Math.Max(after, store.Revision);
        var vms = await Scoped(db, scope).Where(vm => vm.AssignmentRevision > after && vm.AssignmentGeneration > 0)
            .OrderBy(vm => vm.AssignmentRevision).Take(PageSize).ToListAsync(ct);
        var gone = await Departed(db, scope).Where(departure => departure.Revision > after)
            .OrderBy(departure => departure.Revision).Take(PageSize).ToListAsync(ct);
        if (vms.Count == 0 && gone.Count == 0) { return new(Math.Max(revision, 1), after == 0, []); }
        var hosts = await HostsAsync(db, vms, gone, ct);
        var images = await ImagesAsync(db, vms, ct);
        // Of two lists that are each cut short, only what lies before the nearer end is whole.
        var end = Math.Min(vms.Count < PageSize ? long.MaxValue : vms[^1].AssignmentRevision,
            gone.Count < PageSize ? long.MaxValue : gone[^1].Revision);
        List<VmAssignment> items =
        [
            .. vms.SelectMany(vm => Ends(vm, scope, hosts.GetValueOrDefault, vm.Spec.Image is { } id ? images.GetValueOrDefault(id) : null))
                .Concat(gone.Select(departure => AssignmentWords.Of(departure, hosts.GetValueOrDefault(departure.Host))))
                .Where(item => item.Revision <= end).OrderBy(item => item.Revision),
        ];
        return new(items[^1].Revision, after == 0 && end == long.MaxValue, items);
    }

    // What was told lately is in memory, and so are the hosts; an image is not.
    private AssignmentPage? Known(AssignmentScope scope, long after)
    {
        var (ledger, revision) = (store.Ledger, store.Revision);
        if (after == 0 || store.AssignedAfter(after) is not { } told) { return null; }
        List<VmAssignment> items = [];
        foreach (var vm in told)
        {
            if (vm.Host is not { } on || vm.AssignmentGeneration == 0) { continue; }
            if (ledger.Host(on) is not { } host) { return null; }
            if (vm.MigrationTarget is { } target && ledger.Host(target) is null) { return null; }
            var mine = scope.HostId is { } only ? only == on.ToString() || only == vm.MigrationTarget?.ToString()
                : host.Driver == HostDriver.Simulated;
            if (!mine) { continue; }
            if (vm.Spec.Image is not null) { return null; }
            items.AddRange(Ends(vm, scope, id => AssignedHost.Of(ledger.Host(id)!), null));
            if (items.Count >= PageSize) { break; }
        }
        return new(items.Count > 0 ? items[^1].Revision : Math.Max(after, revision), false, items);
    }

    private static IQueryable<Vm> Scoped(StoreContext db, AssignmentScope scope)
    {
        if (scope.HostId is not { } text)
        {
            return db.Vms.Where(vm => db.Hosts.Any(host => host.Id == vm.Host && host.Driver == HostDriver.Simulated));
        }
        var id = HostId.Parse(text);
        return db.Vms.Where(vm => vm.Host == id || vm.MigrationTarget == id);
    }

    private static IQueryable<Departure> Departed(StoreContext db, AssignmentScope scope)
    {
        if (scope.HostId is not { } text)
        {
            return db.Departures.Where(gone => db.Hosts.Any(host => host.Id == gone.Host && host.Driver == HostDriver.Simulated));
        }
        var id = HostId.Parse(text);
        return db.Departures.Where(gone => gone.Host == id);
    }

    // A VM that moves is told to both hosts; of simulated ones one agent serves both.
    private IEnumerable<VmAssignment> Ends(Vm vm, AssignmentScope scope, Func<HostId, AssignedHost?> host, Image? image)
    {
        var boot = image is { ContentFile: { } content } ? Boot(image, content) : null;
        if (scope.HostId is null || scope.HostId == vm.Host!.Value.ToString())
        {
            yield return AssignmentWords.Of(vm, host(vm.Host!.Value)!, boot);
        }
        if (vm.MigrationTarget is { } target && (scope.HostId is null || scope.HostId == target.ToString()))
        {
            yield return AssignmentWords.OfTarget(vm, host(target)!, boot);
        }
    }

    private static async Task<Dictionary<HostId, AssignedHost>> HostsAsync(
        StoreContext db, List<Vm> vms, List<Departure> gone, CancellationToken ct)
    {
        var ids = vms.Select(vm => vm.Host!.Value).Concat(vms.Select(vm => vm.MigrationTarget).OfType<HostId>())
            .Concat(gone.Select(departure => departure.Host)).Distinct().ToList();
        return await db.Hosts.Where(host => ids.Contains(host.Id))
            .Select(host => new AssignedHost(host.Id, host.Simulation, host.Engines)).ToDictionaryAsync(host => host.Id, ct);
    }

    private static async Task<Dictionary<ImageId, Image>> ImagesAsync(StoreContext db, List<Vm> vms, CancellationToken ct)
    {
        var ids = vms.Select(vm => vm.Spec.Image).OfType<ImageId>().Distinct().ToList();
        return ids.Count == 0 ? [] : await db.Images.Where(image => ids.Contains(image.Id)).ToDictionaryAsync(image => image.Id, ct);
    }

    private BootSource Boot(Image image, string content) => new(
        Words.Of(image.Format), Path.Combine(directory.Images, content),
        image.InitrdFile is { } initrd ? Path.Combine(directory.Images, initrd) : null, image.KernelCommandLine)
    {
        Content = new ImageSource($"{image.Id}/content", image.SizeBytes ?? 0, image.Sha256 ?? ""),
        Initrd = image.InitrdFile is null ? null
            : new ImageSource($"{image.Id}/content/initrd", image.InitrdSizeBytes ?? 0, image.InitrdSha256 ?? ""),
    };
}
