using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>The emptying of a host as the client reads it.</summary>
internal static class DrainView
{
    private const int MaxListed = 1_000;

    internal static OperationDrain? Of(Operation operation) => HostDrain.Of(operation) is { } drain ? new()
    {
        Deadline = drain.Deadline, Parallelism = drain.Wanted.Parallelism, Through = drain.Through,
        OthersVms = drain.Items.Count(item => item.Project != operation.Project),
        Vms = [.. drain.Items.Where(item => item.Project == operation.Project).Take(MaxListed).Select(Of)],
    } : null;

    /// <summary>VMs that are through, of all; null for an operation that empties nothing.</summary>
    internal static OperationProgress? Progress(Operation operation)
    {
        if (HostDrain.Of(operation) is not { Items.Count: var total } drain) { return null; }
        var percent = operation.State == OperationState.Succeeded ? 100 : total == 0 ? 0 : Math.Min(99, drain.Through * 100 / total);
        return new() { Percent = percent, Done = drain.Through, Total = total, Unit = "VMS" };
    }

    private static OperationDrainVm Of(DrainItem item) => new()
    {
        Vm = item.Vm, Name = item.Name, Policy = Words.Of(item.Policy), Target = item.Target, Operation = item.Operation?.ToString(),
        State = item.Left ? "LEFT" : item.Done ? "DONE" : item.Operation is null ? "WAITING" : "MOVING", Detail = item.Detail,
    };
}
