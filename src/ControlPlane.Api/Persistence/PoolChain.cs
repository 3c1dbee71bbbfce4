using ControlPlane.Core.Pools;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>A pool and its parents, innermost first.</summary>
internal static class PoolChain
{
    internal static async Task<IReadOnlyList<Pool>> OfAsync(StoreSession session, PoolId pool) =>
        await OfAsync(session.Db, await FindAsync(session.Db, pool));

    internal static async Task<IReadOnlyList<Pool>> OfAsync(StoreContext db, Pool pool)
    {
        var chain = new List<Pool>(2) { pool };
        while (chain[^1].Parent is { } parent && chain.Count < Pool.MaxDepth) { chain.Add(await FindAsync(db, parent)); }
        return chain;
    }

    private static async Task<Pool> FindAsync(StoreContext db, PoolId id) =>
        db.Pools.Local.FirstOrDefault(row => row.Id == id) ?? await db.Pools.FirstAsync(row => row.Id == id);
}
