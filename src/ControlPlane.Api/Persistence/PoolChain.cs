using ControlPlane.Core.Pools;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>A pool and its parents, innermost first.</summary>
internal static class PoolChain
{
    internal static async Task<IReadOnlyList<Pool>> OfAsync(StoreSession session, PoolId pool)
    {
        var chain = new List<Pool>(2);
        for (PoolId? next = pool; next is { } id && chain.Count < Pool.MaxDepth;)
        {
            var found = session.Db.Pools.Local.FirstOrDefault(row => row.Id == id)
                ?? await session.Db.Pools.FirstAsync(row => row.Id == id);
            chain.Add(found);
            next = found.Parent;
        }
        return chain;
    }
}
