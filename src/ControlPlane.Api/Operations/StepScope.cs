using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Operations;

/// <summary>What a step works with: its turn in the lane, its operation, and the VM the operation is about.</summary>
/// <param name="Session">Its turn.</param>
/// <param name="Operation">As recorded, tracked.</param>
/// <param name="Vm">The VM, tracked; null for operations on other things, or when it is gone.</param>
/// <param name="Tables">The table of each kind, to tell which child can be cancelled.</param>
public sealed record StepScope(StoreSession Session, Operation Operation, Vm? Vm, OperationTables Tables)
{
    private const string VmPrefix = "vms/";

    /// <summary>The VM of an operation that is about one.</summary>
    public Vm TheVm => Vm ?? throw new InvalidOperationException($"{Operation.Kind} {Operation.Id}: its VM is gone");

    /// <summary>The VM that an operation is about; null for one on something else.</summary>
    public static VmId? VmOf(Operation operation) =>
        operation.Target.StartsWith(VmPrefix, StringComparison.Ordinal) && VmId.TryParse(operation.Target[VmPrefix.Length..], out var id)
            ? id : null;

    /// <summary>What the operation was asked with.</summary>
    public T Arguments<T>() => StoreJson.Read<T>(Operation.Arguments ?? "{}");
}
