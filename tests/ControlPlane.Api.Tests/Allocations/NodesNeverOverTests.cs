using System.Data.Common;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Allocations;

/// <summary>NUMA nodes and cores of one's own are never promised twice: by the rule, by the generation, by the database.</summary>
public abstract class NodesNeverOverTests(ServiceFixture service) : IAsyncLifetime
{
    private static readonly ResourceVector Half = ResourceVector.Of((ResourceClass.Vcpu, 3), (ResourceClass.MemoryMiB, 4096));

    private Store Store => service.Services.GetRequiredService<Store>();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableTheory]
    [InlineData("UPDATE host_inventory SET exclusive = 1 WHERE host_id = {0} AND resource = 'vcpu' AND scope = 'Host'")]
    [InlineData("UPDATE host_inventory SET exclusive = -1 WHERE host_id = {0} AND resource = 'vcpu' AND scope = 'Host'")]
    [InlineData("UPDATE host_inventory SET used = 8, exclusive = 4, overcommit = 1000, total = 7 WHERE host_id = {0} AND resource = 'vcpu' AND scope = 'Host'")]
    [InlineData("UPDATE host_inventory SET used = 10, exclusive = 5, overcommit = 1400 WHERE host_id = {0} AND resource = 'vcpu' AND scope = 'Host'")]
    [InlineData("UPDATE host_nodes SET used_vcpus = 5 WHERE host_id = {0}")]
    [InlineData("UPDATE host_nodes SET used_vcpus = -1 WHERE host_id = {0}")]
    [InlineData("UPDATE host_nodes SET used_memory_mi_b = 8193 WHERE host_id = {0}")]
    [InlineData("UPDATE host_nodes SET pinned_cores = 1 WHERE host_id = {0}")]
    [InlineData("UPDATE host_nodes SET used_vcpus = 4, cores = 3 WHERE host_id = {0}")]
    public async Task The_database_itself_refuses_a_node_over_its_capacity(string sql)
    {
        var id = await HostAsync();

        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(sql, id));

        Assert.Equal(2, await ExecuteAsync("UPDATE host_nodes SET used_vcpus = 4, pinned_cores = 4 WHERE host_id = {0}", id));
        Assert.Equal(1, await ExecuteAsync(
            "UPDATE host_inventory SET used = 8, exclusive = 8, overcommit = 4000 WHERE host_id = {0} AND resource = 'vcpu' AND scope = 'Host'", id));
    }

    [SkippableFact]
    public async Task A_claim_on_a_node_that_rests_on_an_old_generation_is_refused()
    {
        var id = await HostAsync();

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => Store.WriteAsync(null, async session =>
        {
            var host = await session.Db.Hosts.FirstAsync(row => row.Id == id);
            await session.Db.Database.ExecuteSqlAsync($"UPDATE hosts SET generation = generation + 1 WHERE id = {id.ToString()}");
            return Ledger.Take(host, null, [], Half, new(1, Pinned: true), out _);
        }, CancellationToken.None));

        Assert.Equal([0L, 0L], (await ReadAsync(id)).Nodes.Select(node => node.UsedVcpus));
    }

    [SkippableFact]
    public async Task What_is_taken_in_nodes_is_read_again_as_it_was_written_and_given_back_exactly()
    {
        var id = await HostAsync();

        var seats = await Store.WriteAsync(null, async session =>
        {
            var host = await session.Db.Hosts.FirstAsync(row => row.Id == id);
            return Enumerable.Range(0, 3).Select(_ => (Ledger.Take(host, null, [], Half, new(1, Pinned: true), out var seat), seat)).ToList();
        }, CancellationToken.None);

        Assert.Equal([AllocationOutcome.Allocated, AllocationOutcome.Allocated, AllocationOutcome.NoCapacityNow], seats.Select(each => each.Item1));
        Assert.Equal([0, 1], seats.Take(2).Select(each => Assert.Single(each.seat!.Nodes)));
        var read = await ReadAsync(id);
        Assert.Equal((6L, 2L), (read.PinnedCores, read.FreeCores));
        Assert.All(read.Nodes, node => Assert.Equal((3L, 3L, 4096L), (node.UsedVcpus, node.PinnedCores, node.UsedMemoryMiB)));
    }

    private async Task<HostId> HostAsync() => HostId.Parse((await service.PostedAsync(201, "/v1/hosts", new
    {
        name = "h", driver = "SIMULATED", capacity = new { vcpu = 8, memoryMiB = 16_384, diskGiB = 100 },
        numaNodes = new[] { new { vcpu = 4, memoryMiB = 8192 }, new { vcpu = 4, memoryMiB = 8192 } },
    })).GetProperty("id").GetString()!);

    private async Task<Host> ReadAsync(HostId id)
    {
        await using var db = Store.Read(null);
        return await db.Hosts.FirstAsync(row => row.Id == id);
    }

    private Task<int> ExecuteAsync(string sql, HostId id) => Store.WriteAsync(null,
        session => session.Db.Database.ExecuteSqlRawAsync(sql, id.ToString()), CancellationToken.None);
}
