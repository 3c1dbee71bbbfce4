using ControlPlane.Api.Persistence;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Vms;

/// <summary>A VM's claim: given back with the VM, resized with its spec.</summary>
internal static class VmLedger
{
    /// <summary>Gives the whole claim back; nothing when it is gone already.</summary>
    internal static async Task ReleaseAsync(StoreSession session, Vm vm)
    {
        if (await ClaimAsync(session, vm) is not var (claim, host, chain)) { return; }
        var outcome = Ledger.Give(claim, host, chain, claim.Resources);
        Invariant.Check(outcome == AllocationOutcome.Allocated, "a VM's claim is given back");
        session.Db.Allocations.Remove(claim);
    }

    /// <summary>Makes the claim this large, all or nothing.</summary>
    internal static async Task<AllocationOutcome> ResizeAsync(StoreSession session, Vm vm, ResourceVector next)
    {
        if (await ClaimAsync(session, vm) is not var (claim, host, chain)) { return AllocationOutcome.ExceedsHeld; }
        if (claim.Resources.Equals(next)) { return AllocationOutcome.Allocated; }
        // The amounts are rows of their own: the claim's own row says that it has changed.
        claim.UpdateTime = session.Now;
        return Ledger.Resize(claim, host, chain, next);
    }

    private static async Task<(Allocation Claim, Host Host, IReadOnlyList<Pool> Chain)?> ClaimAsync(StoreSession session, Vm vm)
    {
        var claim = await session.Db.Allocations.FirstOrDefaultAsync(row => row.Id == vm.Allocation && row.Vm == vm.Id);
        if (claim is null) { return null; }
        var host = await session.Db.Hosts.FirstAsync(row => row.Id == claim.Host);
        return (claim, host, await PoolChain.OfAsync(session, claim.Pool));
    }
}
