using ControlPlane.Api.Persistence;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
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

    // By turns: a fault, a write that is kept, a refusal.
    private Task<bool> WriteAsync(int i) => Store.WriteAsync("default", async session =>
    {
        session.Db.Pools.Add(new Pool(new(Guid.CreateVersion7(session.Now)), "default", ResourceName.Parse($"p{i}"), null, session.Now));
        await session.Db.SaveChangesAsync(CancellationToken.None);
        if (i % 3 == 0) { throw new InvalidOperationException("on purpose"); }
        if (i % 3 == 2) { session.RollBack(); }
        return true;
    }, CancellationToken.None);
}
