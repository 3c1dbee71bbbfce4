using ControlPlane.Api.Persistence;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>A store from before an allocation's amounts were in its own row is taken over whole, and can go back.</summary>
public abstract class ClaimRowsMigrationTests
{
    private const string Before = "ClaimPages";
    private const string Pool = "pool_01m8fv0hxxe01tebk02zdrezsg";
    private const string Mixed = "alloc_01m8fv0hxxe01tebk02zdrezsg";
    private const string Single = "alloc_01m8fv0hxxe028h6kkpveyz3h3";

    [SkippableFact]
    public async Task What_allocations_and_pools_hold_is_the_same_after_the_way_there_and_back_and_there()
    {
        await using var db = Open();
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync(Before);
        await FillAsync(db);

        await migrator.MigrateAsync();
        await HoldsAsync(db);
        await migrator.MigrateAsync(Before);
        Assert.Equal(4, await db.Database.SqlQuery<int>($"SELECT CAST(count(*) AS integer) AS \"Value\" FROM allocation_amounts").SingleAsync());
        await migrator.MigrateAsync();
        await HoldsAsync(db);
    }

    /// <summary>A context on a database without any table.</summary>
    protected abstract StoreContext Open();

    private static async Task FillAsync(StoreContext db)
    {
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO pools (id, project, name, selector, default_algorithm, labels, generation, version, create_time, update_time)
            VALUES ({Pool}, 'default', 'p', {"{\"labels\":{}}"}, 'Balanced', {"{}"}, 1, 1, 0, 0)
            """);
        foreach (var id in new[] { Mixed, Single })
        {
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO allocations (id, project, pool, host, owner, for_move, version, create_time, update_time)
                VALUES ({id}, 'default', {Pool}, 'host_01m8fv0hxxe01tebk02zdrezsg', 'o', {false}, 3, 0, 0)
                """);
        }
        foreach (var (id, resource, amount) in new[] { (Mixed, "vcpu", 2), (Mixed, "diskGiB", 40), (Mixed, "memoryMiB", 4_096), (Single, "gpu", 1) })
        {
            await db.Database.ExecuteSqlAsync($"INSERT INTO allocation_amounts (allocation_id, resource, amount) VALUES ({id}, {resource}, {amount})");
        }
        await db.Database.ExecuteSqlAsync($"INSERT INTO pool_limits (pool_id, resource, \"limit\", overcommit, used) VALUES ({Pool}, 'vcpu', 9, 1000, 2)");
    }

    private static async Task HoldsAsync(StoreContext db)
    {
        var held = await db.Allocations.AsNoTracking().OrderBy(row => row.Id).ToListAsync();
        Assert.Equal([Mixed, Single], held.Select(row => row.Id.ToString()));
        Assert.Equal([3, 3], held.Select(row => row.Version));
        Assert.Equal(ResourceVector.Of((ResourceClass.Vcpu, 2), (ResourceClass.MemoryMiB, 4_096), (ResourceClass.DiskGiB, 40)), held[0].Resources);
        Assert.Equal(ResourceVector.Of((ResourceClass.Parse("gpu"), 1)), held[1].Resources);
        // As the product writes them: texts that are the same are counted together.
        var texts = await db.Database.SqlQuery<string>($"SELECT resources AS \"Value\" FROM allocations ORDER BY id").ToListAsync();
        Assert.Equal(held.ConvertAll(row => StoreJson.Write(row.Resources)), texts);
        var pool = await db.Pools.AsNoTracking().SingleAsync();
        Assert.Equal((9, 2), (pool.Limits.Single().Limit, pool.Limits.Single().Used));
    }
}
