using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Vms.Batches;

/// <summary>Undoes a batch of which not all VMs could be made: what is being made is cancelled, what was made is removed.</summary>
internal static class VmBatchRemoval
{
    /// <summary>Cancels creates under way and begins to remove each VM that is there and has no operation at work on it.</summary>
    internal static async Task BeginAsync(StepScope scope)
    {
        await ChildOperations.CancelAsync(scope);
        var parent = scope.Operation;
        var terms = ChildOperations.TermsFor(parent.Id, parent.Project, parent.Actor);
        foreach (var vm in await MadeAsync(scope.Session.Db, parent.Id, CancellationToken.None))
        {
            if (vm.Operation is not null) { continue; }
            var removal = OperationStarter.Begin(
                scope.Session, terms, OperationKind.DeleteVm, $"vms/{vm.Id}", [VmOperationTables.Remove], null);
            removal.Placement = vm.Placement?.ToString();
            vm.TryBegin(removal.Id, VmActivity.Deleting);
        }
    }

    /// <summary>Whether all of them are gone.</summary>
    internal static async Task<StepProgress> LookAsync(StoreContext db, OperationId parent, CancellationToken ct)
    {
        if (!(await ChildOperations.TallyAsync(db, parent, ct)).AllEnded) { return new StepProgress.Waiting(); }
        var left = await MadeAsync(db, parent, ct);
        if (left.Count == 0) { return new StepProgress.Reached(); }
        // One that its owner has begun something with is removed after that has ended.
        if (left.All(vm => vm.Operation is not null)) { return new StepProgress.Waiting(); }
        var targets = left.Select(vm => $"vms/{vm.Id}").ToList();
        var failed = await db.Operations.Where(row => row.Parent == parent && row.Kind == OperationKind.DeleteVm
            && targets.Contains(row.Target)).OrderBy(row => row.Id).FirstOrDefaultAsync(ct);
        return failed is null ? new StepProgress.Again() : new StepProgress.Missed(new(failed.Fault?.Code ?? "host-failure",
            $"{left.Count} VMs of the batch could not be removed ({failed.Target} by {failed.Id}).", null));
    }

    // At most as many as a batch has.
    private static async Task<List<Vm>> MadeAsync(StoreContext db, OperationId parent, CancellationToken ct)
    {
        var targets = await db.Operations
            .Where(row => row.Parent == parent && row.Kind == OperationKind.CreateVm && row.State == OperationState.Succeeded)
            .Select(row => row.Target).ToListAsync(ct);
        var ids = targets.Select(target => VmId.Parse(target["vms/".Length..])).ToList();
        return await db.Vms.Where(vm => ids.Contains(vm.Id)).OrderBy(vm => vm.Id).ToListAsync(ct);
    }
}
