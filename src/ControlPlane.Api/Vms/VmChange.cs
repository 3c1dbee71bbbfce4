using System.Text.Json;
using ControlPlane.Api.Http;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>What a changed spec needs to be allowed, and which steps bring it about.</summary>
internal static class VmChange
{
    internal static Problem? Refuse(Vm vm, VmSpecDocument document, VmSpec next)
    {
        var before = VmView.Spec(vm.Spec);
        var faults = new Dictionary<string, string[]>();
        Keep("image", before.Image, document.Image);
        Keep("engine", before.Engine, document.Engine);
        Keep("placement", Text(before.Placement), Text(document.Placement));
        Keep("isolation", before.Isolation.Level, document.Isolation.Level);
        Keep("cloudInit", Text(before.CloudInit), Text(document.CloudInit));
        if (document.Flavor is not null)
        {
            faults["spec.flavor"] = ["is for a create; change vcpus, memoryMiB, diskGiB and extraResources themselves"];
        }
        if (next.DiskGiB < vm.Spec.DiskGiB) { faults["spec.diskGiB"] = ["cannot shrink: the guest's file system would be cut off"]; }
        if (faults.Count > 0) { return Problem.Validation(faults); }
        var reshaped = !next.Demand.Equals(vm.Spec.Demand);
        return reshaped && vm.State != VmState.Stopped
            ? new Problem(ProblemCode.InvalidState,
                $"VM '{vm.Name}' is {Words.Of(vm.State)}; vcpus, memoryMiB, diskGiB and extraResources change only while it is STOPPED.")
            : null;

        void Keep(string member, string? old, string? now)
        {
            if (old != now) { faults[$"spec.{member}"] = ["cannot change after the VM was made; create another VM"]; }
        }
    }

    internal static IReadOnlyList<string> Steps(Vm vm, VmSpec next)
    {
        List<string> steps = [VmOperationTables.Claim, VmOperationTables.Apply];
        if (next.DesiredState == vm.Spec.DesiredState) { return steps; }
        steps.Add(next.DesiredState == DesiredState.Running ? VmOperationTables.Start : VmOperationTables.Stop);
        return steps;
    }

    internal static Problem Refusal(AllocationOutcome outcome, Vm vm, VmSpec next) => outcome == AllocationOutcome.ExceedsPoolLimit
        ? new Problem(ProblemCode.InsufficientResources, $"The pool of VM '{vm.Name}' has no room below its limits for {next.Demand}.")
        : outcome == AllocationOutcome.UnknownResourceClass
        ? new Problem(ProblemCode.UnknownResourceClass, $"The host of VM '{vm.Name}' has not every resource class of {next.Demand}.")
        : new Problem(ProblemCode.InsufficientCapacity,
            $"The host of VM '{vm.Name}' has no room for {next.Demand}; nothing was changed. Ask for less, or make a new VM elsewhere.");

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, Wire.Json);
}
