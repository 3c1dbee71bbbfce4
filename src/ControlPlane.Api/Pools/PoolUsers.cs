using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Pools;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Pools;

/// <summary>What keeps a pool from being deleted.</summary>
internal static class PoolUsers
{
    internal static async Task<Problem?> RefuseAsync(StoreContext db, Pool pool)
    {
        if (pool.Name == DefaultPool.Name)
        {
            return new Problem(ProblemCode.InvalidState, "The pool 'default' is where VMs go that name none; it cannot be deleted.");
        }
        var vms = await db.Vms.CountAsync(vm => vm.Pool == pool.Id);
        var allocations = await db.Allocations.CountAsync(allocation => allocation.Pool == pool.Id);
        var children = await db.Pools.CountAsync(child => child.Parent == pool.Id);
        return vms + allocations + children == 0 ? null : new Problem(ProblemCode.InvalidState,
            $"Pool {pool.Name} has {vms} VMs, {allocations} allocations and {children} pools in it; delete them first.");
    }
}
