using System.Text.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>VMs and operations that turns change without asking the database for them, beside what the database holds.</summary>
public abstract class RecentRowsTests(ServiceFixture service) : IAsyncLifetime
{
    private VmId id;

    private Store Store => service.Services.GetRequiredService<Store>();

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1");
        var operation = await service.CreateVmAsync("web-1", new { vcpus = 1, memoryMiB = 256, diskGiB = 1, desiredState = "STOPPED" });
        id = VmId.Parse(operation.GetProperty("target").GetString()!["vms/".Length..]);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task What_was_made_without_a_context_is_what_a_context_reads()
    {
        await using var db = Store.Read(null);
        var vm = await db.Vms.SingleAsync();
        var operation = await db.Operations.SingleAsync();

        Assert.Equal(Text(vm), Text((await Store.VmAsync(id, CancellationToken.None))!));
        Assert.Equal(Text(operation), Text(Store.Recent(operation.Id)!));
        Assert.Equal(OperationState.Succeeded, operation.State);
        Assert.Equal(id, Assert.Single(Store.AssignedAfter(vm.AssignmentRevision - 1)!).Id);
        Assert.Empty(Store.AssignedAfter(vm.AssignmentRevision)!);
    }

    [SkippableFact]
    public async Task Turns_of_one_commit_build_on_each_other_with_and_without_a_context()
    {
        var before = await Store.VmAsync(id, CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Store.WriteAsync(null, async session =>
        {
            if (i % 4 == 2) { Assert.Single(await session.Db.Vms.ToListAsync()); }
            var vm = (await session.VmAsync(id))!;
            vm.Spec = vm.Spec with { Vcpus = vm.Spec.Vcpus + 1 };
            if (i % 4 == 1) { Assert.Equal(vm.Spec.Vcpus, session.Db.Vms.Local.Single().Spec.Vcpus); }
            if (i % 4 == 3) { await session.Db.SaveChangesAsync(CancellationToken.None); }
            if (i % 6 == 5) { session.RollBack(); }
            return true;
        }, CancellationToken.None)));

        await using var db = Store.Read(null);
        var after = await db.Vms.SingleAsync();
        Assert.Equal((before!.Spec.Vcpus + 20, before.Version + 20), (after.Spec.Vcpus, after.Version));
        Assert.Equal(Text(after), Text((await Store.VmAsync(id, CancellationToken.None))!));
        Assert.Equal(1, before.Spec.Vcpus);
        Assert.Equal(20, await db.Events.CountAsync(row => row.ResourceId == id.ToString() && row.Version > before.Version));
    }

    [SkippableFact]
    public async Task What_is_told_in_the_commit_of_a_departure_is_asked_for()
    {
        await service.AddHostAsync("h2");
        var other = VmId.Parse((await service.CreateVmAsync("web-2", new { vcpus = 1, memoryMiB = 256, diskGiB = 1 }))
            .GetProperty("target").GetString()!["vms/".Length..]);
        await using var db = Store.Read(null);
        var elsewhere = (await db.Hosts.SingleAsync(host => host.Name == Core.Names.ResourceName.Parse("h2"))).Id;
        var departed = 0L;

        // While the lane is held both wait behind it, and go into one commit.
        var held = new TaskCompletionSource();
        var holder = Store.WriteAsync(null, async _ => { await held.Task; return true; }, CancellationToken.None);
        var first = Store.WriteAsync(null, async session =>
        {
            var departure = new Departure((await session.VmAsync(id))!, elsewhere, 1, 1, session.Now);
            session.Db.Departures.Add(departure);
            await session.SaveAsync();
            departed = departure.Revision;
            return true;
        }, CancellationToken.None);
        var second = Store.WriteAsync(null, async session =>
        {
            (await session.VmAsync(other))!.Assign(Power.Stopped);
            return true;
        }, CancellationToken.None);
        held.SetResult();
        await Task.WhenAll(holder, first, second);
        var told = (await Store.VmAsync(other, CancellationToken.None))!.AssignmentRevision;

        Assert.InRange(told, departed + 1, long.MaxValue);
        Assert.True(Store.AssignedAfter(departed) is not { } known || known.Any(vm => vm.Id == other), "it would never be told");
    }

    [SkippableFact]
    public async Task A_turn_that_fails_leaves_the_VM_in_memory_as_it_was()
    {
        var before = Text((await Store.VmAsync(id, CancellationToken.None))!);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.WriteAsync<bool>(null, async session =>
        {
            (await session.VmAsync(id))!.Assign(Power.Running);
            throw new InvalidOperationException("on purpose");
        }, CancellationToken.None));

        Assert.Equal(before, Text((await Store.VmAsync(id, CancellationToken.None))!));
        await using var db = Store.Read(null);
        Assert.Equal(before, Text(await db.Vms.SingleAsync()));
    }

    [SkippableTheory]
    [InlineData("vms", "version = version + 1, restarts = 7")]
    [InlineData("operations", "lease = lease + 1, lease_owner = 'another'")]
    public async Task What_was_changed_past_the_lane_is_read_anew_and_the_turn_is_taken_again(string table, string change)
    {
        await using (var raw = Store.Read(null))
        {
#pragma warning disable EF1002 // The words are this test's own.
            await raw.Database.ExecuteSqlRawAsync($"UPDATE {table} SET {change}");
#pragma warning restore EF1002
        }

        await Store.WriteAsync(null, async session =>
        {
            (await session.VmAsync(id))!.TryBegin(new(Guid.CreateVersion7()), VmActivity.Stopping);
            (await session.OperationAsync(Only(await OperationsAsync())))!.Warn("noted");
            return true;
        }, CancellationToken.None);

        await using var db = Store.Read(null);
        var (vm, operation) = (await db.Vms.SingleAsync(), await db.Operations.SingleAsync());
        Assert.Equal((VmActivity.Stopping, table == "vms" ? 7 : 0), (vm.Activity, vm.Restarts));
        Assert.Equal(("noted", table == "vms" ? "local" : "another"), (Assert.Single(operation.Warnings), Local(operation)));
        Assert.Equal(Text(operation), Text(Store.Recent(operation.Id)!));
    }

    [SkippableFact]
    public async Task A_name_is_taken_once_by_creates_of_one_commit()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => service.PostAsync("/v1/vms",
            new { name = $"twin-{i % 4}", spec = new { vcpus = 1, memoryMiB = 256, diskGiB = 1 } })));

        Assert.Equal(4, answers.Count(answer => (int)answer.StatusCode == 202));
        Assert.Equal(8, answers.Count(answer => (int)answer.StatusCode == 409));
    }

    [SkippableFact]
    public async Task Another_project_is_not_shown_a_VM_that_is_in_memory()
    {
        Assert.NotNull(await Store.VmAsync(id, CancellationToken.None));

        var seen = await Store.WriteAsync("another", session => session.VmAsync(id), CancellationToken.None);

        Assert.Null(seen);
        Assert.Null(await Store.OperationAsync("another", Only(await OperationsAsync()), CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_VM_that_is_gone_is_gone_from_memory()
    {
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Delete, "/v1/vms/web-1", null, ("Prefer", "wait=60")));

        Assert.Null(await Store.VmAsync(id, CancellationToken.None));
        Assert.Null(await Store.WriteAsync(null, session => session.VmAsync(id), CancellationToken.None));
    }

    private async Task<List<OperationId>> OperationsAsync()
    {
        await using var db = Store.Read(null);
        return await db.Operations.Select(operation => operation.Id).ToListAsync();
    }

    private static OperationId Only(List<OperationId> ids) => Assert.Single(ids);

    // A shared database names its process by an id of its own.
    private static string Local(Operation operation) => operation.LeaseOwner == "another" ? "another" : "local";

    private static string Text(object row) => JsonSerializer.Serialize(row);
}
