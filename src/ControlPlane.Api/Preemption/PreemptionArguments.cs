using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Preemption;

/// <summary>The plan that a create was accepted with, as its operation keeps it.</summary>
internal static class PreemptionArguments
{
    /// <summary>The plan, or null when the operation stops nobody.</summary>
    internal static KeptPreemption? Of(Operation operation) =>
        operation is { Kind: OperationKind.CreateVm, Arguments: { } text } ? StoreJson.Read<KeptPreemption>(text) : null;
}
