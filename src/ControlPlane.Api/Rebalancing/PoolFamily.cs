using ControlPlane.Api.Persistence;
using ControlPlane.Core.Pools;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Rebalancing;

/// <summary>A pool with the pools in it, at any depth, and the chain of each.</summary>
/// <param name="Pools">The pool first, then those in it.</param>
/// <param name="Chains">By pool: it and its parents, innermost first.</param>
internal sealed record PoolFamily(IReadOnlyList<Pool> Pools, IReadOnlyDictionary<PoolId, IReadOnlyList<Pool>> Chains)
{
    internal static async Task<PoolFamily> OfAsync(StoreContext db, Pool pool, CancellationToken ct)
    {
        var inside = (await db.Pools.Where(row => row.Project == pool.Project).ToListAsync(ct)).ToLookup(row => row.Parent);
        var chains = new Dictionary<PoolId, IReadOnlyList<Pool>> { [pool.Id] = await PoolChain.OfAsync(db, pool) };
        var family = new List<Pool> { pool };
        for (var at = 0; at < family.Count; at++)
        {
            foreach (var child in inside[family[at].Id].OrderBy(row => row.Id))
            {
                chains[child.Id] = [child, .. chains[family[at].Id]];
                family.Add(child);
            }
        }
        return new(family, chains);
    }
}
