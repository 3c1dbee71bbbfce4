using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>The recovery of a lost host's VMs as the client reads it.</summary>
internal static class RecoveryView
{
    private const int MaxListed = 1_000;

    internal static OperationRecovery? Of(Operation operation) => HostRecovery.Of(operation) is { } recovery ? new()
    {
        Proof = Words.Of(recovery.Proof.Kind), StatedBy = recovery.Proof.By, Statement = recovery.Proof.Reason,
        Deadline = recovery.Deadline, Through = recovery.Through,
        OthersVms = recovery.Items.Count(item => item.Project != operation.Project),
        Vms = [.. recovery.Items.Where(item => item.Project == operation.Project).Take(MaxListed).Select(Of)],
    } : null;

    /// <summary>VMs that are through, of all; null for an operation that recovers nothing.</summary>
    internal static OperationProgress? Progress(Operation operation)
    {
        if (HostRecovery.Of(operation) is not { Items.Count: var total } recovery) { return null; }
        var percent = operation.State == OperationState.Succeeded ? 100 : total == 0 ? 0 : Math.Min(99, recovery.Through * 100 / total);
        return new() { Percent = percent, Done = recovery.Through, Total = total, Unit = "VMS" };
    }

    private static OperationRecoveryVm Of(RecoveryItem item) => new()
    {
        Vm = item.Vm, Name = item.Name, Priority = item.Priority, Verdict = Words.Of(item.Verdict), Operation = item.Operation?.ToString(),
        State = item.Failed ? "FAILED" : item.Left ? "LEFT" : item.Done ? "DONE" : item.Operation is null ? "WAITING" : "STARTING",
        Detail = item.Detail,
    };
}
