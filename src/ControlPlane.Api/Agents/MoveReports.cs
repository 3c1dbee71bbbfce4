using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Api.Agents;

/// <summary>What the two ends of a move say, taken in.</summary>
internal static class MoveReports
{
    internal static MigrationReport Of(VmObservation seen) => new()
    {
        Generation = seen.Generation,
        Listening = seen.Move is { Phase: MovePhase.Listening or MovePhase.Loaded } target
            ? new(target.MemoryAddress, target.DiskAddress) : null,
        Loaded = seen.Move is { Phase: MovePhase.Loaded },
        HandedOver = seen.Move is { Phase: MovePhase.HandedOver },
        PastReturn = seen.Move is { PastReturn: true },
        DowntimeMs = seen.Move?.DowntimeMs,
        TotalMs = seen.Move?.TotalMs,
        Failure = seen.Failure is { } failure ? new(seen.FailureReason ?? "HostFailure", failure) : null,
    };

    /// <summary>The source's: also how far the operation's transfer is.</summary>
    internal static async Task OfSourceAsync(StoreSession session, Vm vm, VmObservation seen)
    {
        if (!vm.ObserveSource(seen.Incarnation, Of(seen)) || seen.Move is not { } move) { return; }
        if (vm.Operation is not { } id || await session.OperationAsync(id) is not { Done: false } operation) { return; }
        var transfer = Of(move);
        if (transfer != operation.Transfer) { operation.Transfer = transfer; }
    }

    private static OperationTransfer Of(MoveProgress move) => new()
    {
        MemoryBytes = move.MemoryBytes, MemoryBytesLeft = move.MemoryBytesLeft, MemoryBytesTotal = move.MemoryBytesTotal,
        DiskBytes = move.DiskBytes, DiskBytesTotal = move.DiskBytesTotal, DirtyBytesPerSecond = move.DirtyBytesPerSecond,
        Passes = move.Passes, ExpectedDowntimeMs = move.ExpectedDowntimeMs, DowntimeMs = move.DowntimeMs, TotalMs = move.TotalMs,
        PastReturn = move.PastReturn,
    };
}
