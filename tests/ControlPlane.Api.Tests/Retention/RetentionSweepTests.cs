using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Api.Retention;
using ControlPlane.Api.Tests.Images;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Retention;

public abstract class RetentionSweepTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly string folder = Directory.CreateTempSubdirectory("controlplane-").FullName;
    private DataDirectory directory = null!;
    private IStoreDatabase database = null!;
    private Store store = null!;

    public async Task InitializeAsync()
    {
        directory = DataDirectory.Take(folder);
        database = await DatabaseAsync(directory);
        store = NewStore();
        await store.OpenAsync(CancellationToken.None);
    }

    public virtual async Task DisposeAsync()
    {
        if (store is not null) { await store.DisposeAsync(); }
        if (database is not null) { await database.DisposeAsync(); }
        directory.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public async Task Finished_operations_go_after_their_days_and_unfinished_ones_stay()
    {
        for (var i = 0; i < 3; i++) { await AddOperationAsync(done: true); }
        await AddOperationAsync(done: false);
        time.Advance(TimeSpan.FromDays(29));
        await AddOperationAsync(done: true);
        time.Advance(TimeSpan.FromDays(2));
        await SweepAsync();
        await using var db = store.Read(null);
        var left = await db.Operations.OrderBy(row => row.CreateTime).Select(row => row.State).ToListAsync();
        Assert.Equal([OperationState.Pending, OperationState.Succeeded], left);
    }

    [SkippableFact]
    public async Task Removing_old_operations_is_no_change_that_anybody_reads_of()
    {
        await AddOperationAsync(done: true);
        time.Advance(TimeSpan.FromDays(31));
        await AddOperationAsync(done: true);
        var before = store.Revision;
        await SweepAsync();
        Assert.Equal(before, store.Revision);
    }

    [SkippableFact]
    public async Task Placements_go_with_their_days_or_beyond_their_number_but_never_a_living_vms()
    {
        var shown = await AddPlacementAsync("f1", withVm: true);
        await AddPlacementAsync("f1");
        time.Advance(TimeSpan.FromDays(31));
        var young = new List<PlacementId>();
        for (var i = 0; i < 4; i++) { young.Add(await AddPlacementAsync($"g{i}")); }
        await SweepAsync(new() { MaxPlacements = 3 });
        await using var db = store.Read(null);
        Assert.Equal([shown, .. young[1..]], await db.Placements.OrderBy(row => row.Id).Select(row => row.Id).ToListAsync());
        Assert.Equal(["f1", "g1", "g2", "g3"], await db.Fleets.OrderBy(row => row.Hash).Select(row => row.Hash).ToListAsync());
    }

    [SkippableFact]
    public async Task More_than_a_turn_may_take_is_removed_in_several()
    {
        for (var i = 0; i < 3; i++) { await AddPlacementsAsync(450, $"f{i}"); }
        time.Advance(TimeSpan.FromDays(31));
        await SweepAsync();
        await using var db = store.Read(null);
        Assert.Equal((0, 0), (await db.Placements.CountAsync(), await db.Fleets.CountAsync()));
    }

    [SkippableFact]
    public async Task Events_go_from_the_old_end_by_age_and_by_number()
    {
        for (var i = 0; i < 10; i++) { await AddOperationAsync(done: true); }
        time.Advance(TimeSpan.FromDays(8));
        for (var i = 0; i < 1_500; i += 100) { await AddPlacementsAsync(100, "f"); }
        await SweepAsync();
        Assert.Equal((11, 1_510), await KeptEventsAsync());
        await SweepAsync(new() { MaxEvents = 1_000 });
        Assert.Equal((511, 1_510), await KeptEventsAsync());
    }

    [SkippableFact]
    public async Task The_newest_event_stays_so_that_a_revision_is_never_given_out_twice()
    {
        for (var i = 0; i < 5; i++) { await AddOperationAsync(done: true); }
        time.Advance(TimeSpan.FromDays(100));
        await SweepAsync();
        Assert.Equal((5, 5), await KeptEventsAsync());
        await store.DisposeAsync();
        store = NewStore();
        await store.OpenAsync(CancellationToken.None);
        await AddOperationAsync(done: true);
        Assert.Equal(6, store.Revision);
    }

    [SkippableFact]
    public async Task Keys_go_after_a_day()
    {
        await AddKeyAsync("old");
        time.Advance(TimeSpan.FromHours(23));
        await AddKeyAsync("young");
        time.Advance(TimeSpan.FromHours(2));
        await SweepAsync();
        await using var db = store.Read(null);
        Assert.Equal(["young"], await db.IdempotencyKeys.Select(row => row.Key).ToListAsync());
    }

    /// <summary>The database that the suite is about.</summary>
    protected abstract Task<IStoreDatabase> DatabaseAsync(DataDirectory taken);

    private Store NewStore() =>
        new(database, Options.Create(new StoreOptions()), time, NullLogger<Store>.Instance);

    private Task SweepAsync(RetentionOptions? options = null) => new RetentionSweep(
        store, new HistorySweep(store, time), Options.Create(options ?? new()), Options.Create(new OperationOptions()), time, NullLogger<RetentionSweep>.Instance)
        .RunAsync(CancellationToken.None);

    private Task AddOperationAsync(bool done) => WriteAsync(session =>
    {
        var id = new OperationId(Guid.CreateVersion7(session.Now));
        var operation = new Operation(id, "default", OperationKind.StopVm, "vms/x", "test", [], session.Now);
        if (done) { operation.Finish(OperationState.Succeeded, null, session.Now); }
        session.Db.Operations.Add(operation);
    });

    private async Task<PlacementId> AddPlacementAsync(string fleet, bool withVm = false)
    {
        var id = default(PlacementId);

        // Ids made in one millisecond have no order.
        time.Advance(TimeSpan.FromMilliseconds(1));
        await WriteAsync(session =>
        {
            id = Add(session, fleet);
            if (!session.Db.Fleets.Any(row => row.Hash == fleet)) { session.Db.Fleets.Add(FleetOf(fleet, session)); }
            if (!withVm) { return; }
            var vm = ImageEndpointsTests.VmOf("web-1", new ImageId(Guid.CreateVersion7(session.Now)).ToString(), session.Now);
            vm.PlaceOn(new(Guid.CreateVersion7(session.Now)), EngineKind.Software, new(Guid.CreateVersion7(session.Now)), id, 0, 0);
            session.Db.Vms.Add(vm);
        });
        return id;
    }

    private Task AddPlacementsAsync(int count, string fleet) => WriteAsync(session =>
    {
        for (var i = 0; i < count; i++) { Add(session, fleet); }
        if (!session.Db.Fleets.Any(row => row.Hash == fleet)) { session.Db.Fleets.Add(FleetOf(fleet, session)); }
    });

    private static FleetRow FleetOf(string hash, StoreSession session) => new() { Hash = hash, Content = [1], CreateTime = session.Now };

    private static PlacementId Add(StoreSession session, string fleet)
    {
        var row = new PlacementRow
        {
            Id = new(Guid.CreateVersion7(session.Now)), Project = "default", Target = "vms/x", Fleet = fleet, CreateTime = session.Now,
            Demand = new() { Resources = ResourceVector.Of((ResourceClass.Vcpu, 1)), Engine = EngineChoice.Any },
            Host = new(Guid.CreateVersion7(session.Now)),
        };
        session.Db.Placements.Add(row);
        return row.Id;
    }

    private Task AddKeyAsync(string key) => WriteAsync(session => session.Db.IdempotencyKeys.Add(
        new() { Project = "default", Actor = "test", Key = key, RequestHash = "", CreateTime = session.Now }));

    private Task WriteAsync(Action<StoreSession> work) => store.WriteAsync(null, async session =>
    {
        work(session);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return true;
    }, CancellationToken.None);

    private async Task<(long Oldest, long Newest)> KeptEventsAsync()
    {
        await using var db = store.Read(null);
        var kept = await db.Events.Select(row => row.Revision).ToListAsync();
        Assert.Equal(kept.Max() - kept.Min() + 1, kept.Count);
        return (kept.Min(), kept.Max());
    }
}
