using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The VM's way to this host.</summary>
internal sealed partial class QemuGuest
{
    private volatile bool awaitsArrival;

    public async Task ReceiveAsync(VmAssignment vm, CancellationToken ct)
    {
        var move = EndOf(vm, MoveRole.Target);
        var tls = TlsOf(move);
        var record = directory.ReadRecord();
        RefuseStale(vm, record);
        var isNew = record?.Receiving?.Incarnation != vm.Incarnation;
        record = isNew ? await MakeReadyAsync(vm, move, record, ct) : record!;
        if (HasComeWhileOff(record.Receiving!))
        {
            return;
        }

        var process = isNew ? await SpawnAsync(vm, line => ReceiverLine(line, vm, move), ct) : Find(everywhere: true)
            ?? throw new VmDriverException("IncomingLost", "The process that waited for the VM's state has ended.");
        try
        {
            await ListenAsync(await MonitorAsync(process, ct), vm, move, tls, ct);
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("ReceiveFailed", $"QEMU cannot receive the VM: {fault.Message}", fault);
        }
    }

    private async Task<QemuRecord> MakeReadyAsync(VmAssignment vm, VmMove move, QemuRecord? before, CancellationToken ct)
    {
        await MakeRoomAsync(before, ct);
        await PrepareAsync(vm, ct);
        await mark.ClearAsync();
        var record = directory.ReadRecord()!;
        var receiving = new ReceivingRecord
        {
            Incarnation = vm.Incarnation, Algorithm = move.Algorithm, CopiesDisk = CopiesDisk(vm, move),
        };
        // What the source has acted on is done; and from here on this incarnation counts as begun, whatever becomes of it.
        var next = record with { Receiving = receiving, RebootsDone = vm.RebootCount };
        await KeepAsync(record, next);
        return next;
    }

    private IReadOnlyList<string> ReceiverLine(QemuCommandLine line, VmAssignment vm, VmMove move) => move.Algorithm == MoveAlgorithm.Cold
        ? line.BuildKeeper(vm, directory, DiskName()) : line.Build(vm, directory, HasSeed(vm), DiskName(), isIncoming: true);

    // What is here of an earlier incarnation has been given away, or never came whole; anything else is somebody's and stays.
    private async Task MakeRoomAsync(QemuRecord? before, CancellationToken ct)
    {
        if (before is null)
        {
            return;
        }

        if (before is { Receiving: null, Sending: null })
        {
            throw new VmDriverException("VmIsHere", $"VM {vmId} is on this host already, at incarnation {before.Assignment.Incarnation}.");
        }

        foreach (var process in QemuProcess.FindAll(directory.PidFile))
        {
            await EndAsync(process, ct);
        }

        await DeleteSharedDiskAsync(hasDeparted: true, ct);
        directory.Delete();
    }

    private async Task ListenAsync(QemuMonitor open, VmAssignment vm, VmMove move, QemuTls? tls, CancellationToken ct)
    {
        var record = directory.ReadRecord()!;
        if (record.Receiving!.Listens)
        {
            return;
        }

        if (tls is not null)
        {
            await tls.InstallAsync(open, isTarget: true, ct);
        }

        var receiving = new QemuReceiving(open, move, tls, options);
        var next = record.Receiving;
        var isLive = move.Algorithm != MoveAlgorithm.Cold;
        if (next.CopiesDisk)
        {
            var address = await receiving.ListenForDiskAsync(next.DiskAddress, KeepAddressAsync, isLive ? ["disk"] : ["disk", "mark"], ct);
            next = next with { DiskAddress = address };
        }

        next = next with { MemoryAddress = isLive ? await receiving.ListenForMemoryAsync(next.MemoryAddress, ct) : null, Listens = true };
        await KeepAsync(record, record with { Receiving = next });
        QemuLog.Listening(host.Logger, vmId, vm.Incarnation, next.MemoryAddress, next.DiskAddress);

        Task KeepAddressAsync(string address) =>
            KeepAsync(null, record = record with { Receiving = record.Receiving! with { DiskAddress = address } });
    }

    // An assignment without a move is the service's word that it has switched. What is returned is kept before the guest goes on.
    private async Task<QemuRecord?> ArriveAsync(VmAssignment vm, QemuRecord? record, CancellationToken ct)
    {
        if (record?.Receiving is not { } receiving)
        {
            return record;
        }

        if (vm.Incarnation > receiving.Incarnation)
        {
            await MakeRoomAsync(record, ct);
            directory.Create();
            return null;
        }

        if (vm.Move is not null)
        {
            return record;
        }

        var next = record with { Receiving = null };
        if (receiving.Algorithm == MoveAlgorithm.Cold)
        {
            await (HasComeWhileOff(receiving) ? EndKeeperAsync(ct) : throw NotLoaded());
        }
        else if (Find(everywhere: true) is { } process)
        {
            await LetGoOnAsync(await MonitorAsync(process, ct), receiving, ct);
            return next with { StandsSinceMove = true };
        }

        await KeepAsync(record, next);
        return next;
    }

    private async Task LetGoOnAsync(QemuMonitor open, ReceivingRecord receiving, CancellationToken ct)
    {
        try
        {
            if (!HasCome(await QemuMigration.LookAsync(open, ct), await open.StatusAsync(ct)))
            {
                throw NotLoaded();
            }

            if (receiving.CopiesDisk)
            {
                // Nobody but the guest writes to its disk from here on.
                await open.TryAsync("nbd-server-stop", null, ct);
            }
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("MonitorFailed", $"QEMU did not let its guest go on: {fault.Message}", fault);
        }
    }

    private VmDriverException NotLoaded() => new("NotLoaded", $"The state of VM {vmId} has not come; it cannot go on here.");

    private static bool HasCome(QemuMigration seen, GuestStatus status) =>
        status != GuestStatus.Incoming && (seen.IsCompleted || seen.IsPostCopy);

    private bool HasNewsOfMove() => awaitsArrival && monitor is { MigrationStatus: "completed" or "postcopy-active" };
}
