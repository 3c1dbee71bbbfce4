using ControlPlane.Api.Persistence;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>The write lane and the database below it.</summary>
public abstract class StoreTests(ServiceFixture service) : IAsyncLifetime
{
    protected Store Store => service.Services.GetRequiredService<Store>();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task Writes_of_one_commit_succeed_and_fail_each_by_itself()
    {
        var before = Store.Revision;
        var writes = Enumerable.Range(0, 40).Select(i => WriteAsync(i)).ToList();

        foreach (var (i, write) in writes.Index())
        {
            if (i % 3 == 0) { await Assert.ThrowsAsync<InvalidOperationException>(() => write); }
            else { await write; }
        }

        var kept = Enumerable.Range(0, 40).Count(i => i % 3 == 1);
        Assert.Equal(kept, (await service.GetAsync("/v1/pools?pageSize=1000")).GetProperty("items").GetArrayLength() - 1);
        Assert.Equal(before + kept, Store.Revision);
        await using var db = Store.Read(null);
        Assert.Equal(before + kept, await db.Events.MaxAsync(change => change.Revision));
        Assert.Equal(before + kept, await db.Events.CountAsync());
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_turn_that_follows_another_is_in_its_commit_and_falls_by_itself(bool falls)
    {
        await service.AddHostAsync("h1");
        await service.CreateVmAsync("vm-1");
        var vm = VmId.Parse((await service.GetAsync("/v1/vms/vm-1")).GetProperty("id").GetString()!);
        var (before, seen) = (Store.Revision, -1L);
        Store.Following = new Once(async session =>
        {
            // Nothing of the turn before is committed yet.
            seen = Store.Revision;
            await AddPoolAsync(session, "follows");
            if (falls) { throw new InvalidOperationException("on purpose"); }
        });

        await Store.WriteAsync(null, async session =>
        {
            (await session.VmAsync(vm))!.Observe(new() { Generation = 2, Incarnation = 1, Power = Power.Paused });
            return true;
        }, CancellationToken.None);

        Assert.Equal(before, seen);
        Assert.Equal(before + (falls ? 1 : 2), Store.Revision);
        Assert.Equal(!falls, Store.Ledger.Pool("default", "follows") is not null);
        Assert.Equal(Power.Paused, (await Store.VmAsync(vm, CancellationToken.None))!.ObservedPower);
    }

    // By turns: a fault, a write that is kept, a refusal.
    private Task<bool> WriteAsync(int i) => Store.WriteAsync("default", async session =>
    {
        await AddPoolAsync(session, $"p{i}");
        if (i % 3 == 0) { throw new InvalidOperationException("on purpose"); }
        if (i % 3 == 2) { session.RollBack(); }
        return true;
    }, CancellationToken.None);

    private static Task AddPoolAsync(StoreSession session, string name)
    {
        session.Db.Pools.Add(new Pool(new(Guid.CreateVersion7(session.Now)), "default", ResourceName.Parse(name), null, session.Now));
        return session.Db.SaveChangesAsync(CancellationToken.None);
    }

    private sealed class Once(Func<StoreSession, Task> work) : IFollowingTurns
    {
        private Func<StoreSession, Task>? left = work;

        public Func<StoreSession, Task>? After(Vm vm, Func<OperationId, Operation?> operation) => Interlocked.Exchange(ref left, null);
    }
}
