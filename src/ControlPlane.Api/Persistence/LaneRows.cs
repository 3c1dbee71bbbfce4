using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Persistence;

/// <summary>VMs and operations as the turns of one commit so far have made them, above what is committed.</summary>
internal sealed class LaneRows(RecentRows committed)
{
    private readonly Dictionary<VmId, Vm?> vms = [];
    private readonly Dictionary<OperationId, Operation?> operations = [];

    /// <summary>A VM to be looked at or copied; null when it is not known here.</summary>
    internal Vm? Vm(VmId id) => vms.TryGetValue(id, out var vm) ? vm : committed.Vm(id);

    /// <summary>An operation to be looked at or copied; null when it is not known here.</summary>
    internal Operation? Operation(OperationId id) => operations.TryGetValue(id, out var operation) ? operation : committed.Operation(id);

    /// <summary>A turn is kept.</summary>
    internal void Take(TurnRows turn)
    {
        foreach (var (id, vm) in turn.WrittenVms) { vms[id] = vm; }
        foreach (var (id, operation) in turn.WrittenOperations) { operations[id] = operation; }
    }
}
