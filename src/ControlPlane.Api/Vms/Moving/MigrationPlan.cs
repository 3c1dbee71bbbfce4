using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>What a move's operation needs to know, kept with it.</summary>
/// <param name="Source">The host that the VM leaves.</param>
/// <param name="Move">Where it goes and how, with its room there.</param>
/// <param name="Before">What it was told to be before.</param>
/// <param name="StopTimeoutSeconds">What its guest has to shut down, where it must.</param>
internal sealed record MigrationPlan(HostId Source, Migration Move, Power Before, int StopTimeoutSeconds)
{
    /// <summary>The plan of an operation, or null when that moves nothing.</summary>
    internal static MigrationPlan? Of(Operation operation) => operation is { Kind: OperationKind.MigrateVm, Arguments: { } arguments }
        ? Persistence.StoreJson.Read<MigrationPlan>(arguments) : null;
}
