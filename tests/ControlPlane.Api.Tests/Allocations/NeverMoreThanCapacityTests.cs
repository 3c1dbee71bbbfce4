using System.Data.Common;
using ControlPlane.Api.Tests.Hosts;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Tests.Allocations;

/// <summary>The three legs on which "never more than capacity" stands, each tried where the others are out of the way.</summary>
public abstract class NeverMoreThanCapacityTests(OpenStore open)
{
    [SkippableTheory]
    [InlineData("UPDATE host_inventory SET used = 9 WHERE host_id = @id AND resource = 'vcpu'")]
    [InlineData("UPDATE host_inventory SET used = -1 WHERE host_id = @id AND resource = 'vcpu'")]
    [InlineData("UPDATE host_inventory SET used = 5, total = 4 WHERE host_id = @id AND resource = 'vcpu'")]
    [InlineData("UPDATE host_inventory SET used = 8, reserved = 1 WHERE host_id = @id AND resource = 'vcpu'")]
    [InlineData("UPDATE host_inventory SET used = 8, overcommit = 999 WHERE host_id = @id AND resource = 'vcpu'")]
    public async Task The_database_itself_refuses_a_host_over_its_capacity(string sql)
    {
        var id = (await open.RealHostAsync(Conversation.NewName("real"))).ToString();

        var fault = await Assert.ThrowsAnyAsync<DbException>(() => open.ExecuteAsync(sql, id));

        Assert.True(IsCheck(fault), fault.ToString());
        Assert.Equal(1, await open.ExecuteAsync("UPDATE host_inventory SET used = 8 WHERE host_id = @id AND resource = 'vcpu'", id));
    }

    [SkippableFact]
    public async Task The_database_itself_refuses_a_pool_over_its_limit()
    {
        var id = (await PoolAsync()).ToString();

        var fault = await Assert.ThrowsAnyAsync<DbException>(
            () => open.ExecuteAsync("UPDATE pool_limits SET used = 5 WHERE pool_id = @id", id));

        Assert.True(IsCheck(fault), fault.ToString());
        Assert.Equal(1, await open.ExecuteAsync("UPDATE pool_limits SET used = 4 WHERE pool_id = @id", id));
    }

    [SkippableFact]
    public async Task A_write_that_rests_on_an_old_generation_of_the_host_is_refused()
    {
        var id = await open.RealHostAsync(Conversation.NewName("real"));

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => open.Store.WriteAsync(null, async session =>
        {
            var host = await session.Db.Hosts.FirstAsync(row => row.Id == id);
            // Another writer, past the lane: what this one read is the past from here on.
            await session.Db.Database.ExecuteSqlAsync($"UPDATE hosts SET generation = generation + 1 WHERE id = {id.ToString()}");
            return host.Allocate(ResourceVector.Of((ResourceClass.Vcpu, 1)), null);
        }, CancellationToken.None));

        Assert.Equal(0, await UsedAsync(id));
    }

    [SkippableFact]
    public async Task A_write_that_rests_on_an_old_generation_of_the_pool_is_refused()
    {
        var id = await PoolAsync();

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => open.Store.WriteAsync("default", async session =>
        {
            var pool = await session.Db.Pools.FirstAsync(row => row.Id == id);
            await session.Db.Database.ExecuteSqlAsync($"UPDATE pools SET generation = generation + 1 WHERE id = {id.ToString()}");
            return pool.Allocate(ResourceVector.Of((ResourceClass.Vcpu, 1)));
        }, CancellationToken.None));
    }

    [SkippableFact]
    public async Task The_rule_refuses_what_does_not_fit_and_takes_nothing()
    {
        var id = await open.RealHostAsync(Conversation.NewName("real"));

        var outcomes = await open.Store.WriteAsync(null, async session =>
        {
            var host = await session.Db.Hosts.FirstAsync(row => row.Id == id);
            return new[]
            {
                Ledger.Take(host, null, [], ResourceVector.Of((ResourceClass.Vcpu, 9))),
                Ledger.Take(host, null, [], ResourceVector.Of((ResourceClass.Vcpu, 5), (ResourceClass.MemoryMiB, 1))),
                Ledger.Take(host, null, [], ResourceVector.Of((ResourceClass.Vcpu, 4))),
                Ledger.Take(host, null, [], ResourceVector.Of((ResourceClass.Parse("gpu"), 1))),
            };
        }, CancellationToken.None);

        AllocationOutcome[] expected =
        [
            AllocationOutcome.ExceedsHost, AllocationOutcome.Allocated, AllocationOutcome.NoCapacityNow,
            AllocationOutcome.UnknownResourceClass,
        ];
        Assert.Equal(expected, outcomes);
        Assert.Equal(5, await UsedAsync(id));
    }

    /// <summary>Whether a CHECK constraint refused it.</summary>
    protected abstract bool IsCheck(DbException fault);

    private async Task<PoolId> PoolAsync() => await open.Store.WriteAsync("default", session =>
    {
        var name = Core.Names.ResourceName.Parse(Conversation.NewName("p"));
        var pool = new Pool(new(Guid.CreateVersion7(session.Now)), "default", name, null, session.Now);
        pool.TryLimit(new Dictionary<ResourceClass, PoolTerms> { [ResourceClass.Vcpu] = new(4, Overcommit.None) });
        session.Db.Pools.Add(pool);
        return Task.FromResult(pool.Id);
    }, CancellationToken.None);

    private async Task<long> UsedAsync(HostId id)
    {
        await using var db = open.Store.Read(null);
        return (await db.Hosts.FirstAsync(row => row.Id == id)).Of(null, ResourceClass.Vcpu)!.Used;
    }
}
