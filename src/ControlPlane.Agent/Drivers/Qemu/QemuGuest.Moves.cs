using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The VM's ways to other hosts and from them.</summary>
internal sealed partial class QemuGuest
{
    private const int BytesPerKiB = 1024;
    private const int LostPagesStepKiB = 256;
    private const int FirstVersionWithoutLostPages = 9;

    private volatile bool awaitsArrival;

    public async Task ReceiveAsync(VmAssignment vm, CancellationToken ct)
    {
        var move = EndOf(vm, MoveRole.Target);
        var tls = TlsOf(move);
        var record = directory.ReadRecord();
        RefuseStale(vm, record);
        var process = record?.Receiving?.Incarnation == vm.Incarnation
            ? Find(everywhere: true) ?? throw new VmDriverException("IncomingLost", "The process that waited for the VM's state has ended.")
            : await BeginReceivingAsync(vm, move, record, ct);
        try
        {
            await ListenAsync(await MonitorAsync(process, ct), vm, move, tls, ct);
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("ReceiveFailed", $"QEMU cannot receive the VM: {fault.Message}", fault);
        }
    }

    public async Task SendAsync(VmAssignment vm, Action<MoveProgress> progress, CancellationToken ct)
    {
        var move = EndOf(vm, MoveRole.Source);
        var tls = TlsOf(move);
        var record = (await AdmitAsync(vm))!;
        if (record.Sending is { } other && other.TargetIncarnation != move.TargetIncarnation)
        {
            record = await EndSendingAsync(record, other, ct);
        }

        var process = Find(everywhere: false) ?? throw NotRunning();
        try
        {
            await SendLiveAsync(vm, move, tls, record, process, progress, ct);
        }
        catch (Exception fault) when (fault is QmpException or VmDriverException)
        {
            await TakeBackAsync(fault);
            throw fault as VmDriverException ?? new VmDriverException("SendFailed", $"QEMU did not send the VM: {fault.Message}", fault);
        }
    }

    public async Task CallBackAsync(VmAssignment vm, CancellationToken ct)
    {
        var record = await AdmitAsync(vm, required: false);
        if (record?.Sending is { } sending)
        {
            try
            {
                await EndSendingAsync(record, sending, ct);
            }
            catch (QmpException fault)
            {
                throw new VmDriverException("MonitorFailed", $"QEMU did not let its guest go on: {fault.Message}", fault);
            }
        }
    }

    private static VmMove EndOf(VmAssignment vm, MoveRole role) => vm.Move is { } move && move.Role == role
        ? move.Algorithm != MoveAlgorithm.Cold
            ? move : throw new VmDriverException("NotSupported", "This driver does not move VMs that are off.")
        : throw new VmDriverException("NoMove", $"The assignment of VM {vm.VmId} has no move with this host as its {role}.");

    private static bool CopiesDisk(VmAssignment vm, VmMove move) => NeedsDisk(vm) && !move.SharedDisk;

    private QemuTls? TlsOf(VmMove move) => !move.Tls ? null : host.Credentials() is { } credentials
        ? new(directory, credentials, move.PeerHostId)
        : throw new VmDriverException(
            "TlsUnavailable", "This host has no certificate: let its own agent join by a token, or move the VM without TLS.");

    private async Task<QemuProcess> BeginReceivingAsync(VmAssignment vm, VmMove move, QemuRecord? before, CancellationToken ct)
    {
        await MakeRoomAsync(before, ct);
        await PrepareAsync(vm, ct);
        var record = directory.ReadRecord()!;
        // What the source has acted on is done; and from here on this incarnation counts as begun, whatever becomes of it.
        await KeepAsync(record, record with
        {
            Receiving = new() { Incarnation = vm.Incarnation, Algorithm = move.Algorithm }, RebootsDone = vm.RebootCount,
        });
        return await SpawnAsync(vm, line => line.Build(vm, directory, HasSeed(vm), isIncoming: true), ct);
    }

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
        if (CopiesDisk(vm, move))
        {
            var address = await receiving.ListenForDiskAsync(next.DiskAddress, KeepAddressAsync, ["disk"], ct);
            next = next with { DiskAddress = address };
        }

        next = next with { MemoryAddress = await receiving.ListenForMemoryAsync(next.MemoryAddress, ct), Listens = true };
        await KeepAsync(record, record with { Receiving = next });
        QemuLog.Listening(host.Logger, vmId, vm.Incarnation, next.MemoryAddress, next.DiskAddress);

        Task KeepAddressAsync(string address) =>
            KeepAsync(null, record = record with { Receiving = record.Receiving! with { DiskAddress = address } });
    }

    private async Task SendLiveAsync(
        VmAssignment vm, VmMove move, QemuTls? tls, QemuRecord record, QemuProcess process, Action<MoveProgress> progress,
        CancellationToken ct)
    {
        var open = await MonitorAsync(process, ct);
        if (record.Sending is null)
        {
            await RefuseUnsafeAsync(open, move, record, ct);
        }

        var sending = (record.Sending ?? new()
        {
            TargetIncarnation = move.TargetIncarnation, Generation = vm.Generation, Algorithm = move.Algorithm,
            WasRunning = await open.StatusAsync(ct) == GuestStatus.Running,
        }) with { Generation = vm.Generation };
        await KeepSendingAsync(sending);
        var disk = CopiesDisk(vm, move) ? new QemuMirror(open, "disk", options, time) : null;
        var way = new QemuSending(open, move, tls, disk, options, time);
        if (!sending.MemoryBegun || await NeverBeganAsync(open, ct))
        {
            if (tls is not null && (disk is null || await disk.LookAsync(ct) is null))
            {
                await tls.InstallAsync(open, isTarget: false, ct);
            }

            await way.SendDiskAsync(progress, ct);
            await KeepSendingAsync(sending = sending with { MemoryBegun = true });
            await way.BeginMemoryAsync(ct);
        }

        await way.FollowMemoryAsync(progress, () => KeepSendingAsync(sending = sending with { PostCopyAsked = true }), ct);
        await LeaveDiskAsync(disk, ct);
        QemuLog.HandedOver(host.Logger, vmId, move.TargetIncarnation, move.PeerHostId);
    }

    // The agent may have ended between its own record and QEMU's command; how an earlier attempt ended is then still to be read.
    private static async Task<bool> NeverBeganAsync(QemuMonitor open, CancellationToken ct) =>
        await QemuMigration.LookAsync(open, ct) is var seen
        && (seen.Status == "none" || (seen.IsCompleted && await open.StatusAsync(ct) == GuestStatus.Running));

    // The guest is on its way, and the target can also show the disk's writer out.
    private async Task LeaveDiskAsync(QemuMirror? disk, CancellationToken ct)
    {
        try
        {
            await (disk?.DropAsync(ct) ?? Task.CompletedTask);
        }
        catch (Exception fault) when (fault is QmpException or VmDriverException)
        {
            QemuLog.DiskNotLeft(host.Logger, fault, vmId);
        }
    }

    private Task KeepSendingAsync(SendingRecord sending)
    {
        var record = directory.ReadRecord()!;
        return record.Sending == sending ? Task.CompletedTask : KeepAsync(record, record with { Sending = sending });
    }

    // Asked of the process, since it may be older than the agent that asks.
    private async Task RefuseUnsafeAsync(QemuMonitor open, VmMove move, QemuRecord record, CancellationToken ct)
    {
        var status = await open.StatusAsync(ct);
        if (status is not (GuestStatus.Running or GuestStatus.Paused or GuestStatus.Sent))
        {
            throw NotRunning();
        }

        if (record.StandsSinceMove && status != GuestStatus.Running)
        {
            throw new VmDriverException(
                "NotRunSinceMove", "The guest has stood still since its last move and QEMU cannot send it again; let it run first.");
        }

        var writesMeanwhile = status == GuestStatus.Running && move.Algorithm is MoveAlgorithm.PreCopy or MoveAlgorithm.Hybrid;
        if (writesMeanwhile && await LosesPagesAsync(open, ct))
        {
            throw new VmDriverException(
                "PagesWouldBeLost",
                "This QEMU (before 9.0, no KVM) would lose pages of a memory of this size. Restart the VM, pause it, or use POST_COPY.");
        }
    }

    private static async Task<bool> LosesPagesAsync(QemuMonitor open, CancellationToken ct)
    {
        var version = (await open.AskAsync("query-version", null, ct)).GetProperty("qemu").GetProperty("major").GetInt32();
        var hardware = (await open.AskAsync("query-kvm", null, ct)).GetProperty("enabled").GetBoolean();
        var bytes = (await open.AskAsync("query-memory-size-summary", null, ct)).GetProperty("base-memory").GetInt64();
        return version < FirstVersionWithoutLostPages && !hardware && bytes % (LostPagesStepKiB * BytesPerKiB) == 0;
    }

    // Whatever failed, the guest is here. Not ended by a token: half of this is worse than all of it.
    private async Task TakeBackAsync(Exception cause)
    {
        QemuLog.SendFailed(host.Logger, cause, vmId);
        if (directory.ReadRecord() is { Sending: { } sending } record)
        {
            try
            {
                await EndSendingAsync(record, sending, CancellationToken.None);
            }
            catch (QmpException fault)
            {
                throw new VmDriverException("MonitorFailed", $"The VM was not sent and QEMU did not let it go on: {fault.Message}", cause);
            }
        }
    }

    private async Task<QemuRecord> EndSendingAsync(QemuRecord record, SendingRecord sending, CancellationToken ct)
    {
        var next = record with { Sending = null };
        if (Find(everywhere: true) is { } process && await IsThereAsync(process, ct) is { } open)
        {
            await QemuSending.EndMemoryAsync(open, sending.PostCopyAsked, options, time, ct);
            await new QemuMirror(open, "disk", options, time).DropAsync(ct);
            var status = await open.StatusAsync(ct);
            if (sending.WasRunning && status is GuestStatus.Paused or GuestStatus.Sent)
            {
                await RunAsync(open, ct);
            }

            next = next with { StandsSinceMove = status == GuestStatus.Sent && !sending.WasRunning };
            QemuLog.CalledBack(host.Logger, vmId, sending.TargetIncarnation);
        }

        await KeepAsync(record, next);
        return next;
    }

    // A process that has just died has nothing to be called back.
    private async Task<QemuMonitor?> IsThereAsync(QemuProcess process, CancellationToken ct)
    {
        try
        {
            return await MonitorAsync(process, ct);
        }
        catch (QmpException) when (!process.IsAlive())
        {
            return null;
        }
    }

    // Before a guest is let run: what was sent is called back, by a later word only; what has come is let go on.
    private async Task<QemuRecord> PastMoveAsync(VmAssignment vm, QemuRecord record, CancellationToken ct)
    {
        if (record.Sending is { } sending)
        {
            record = vm.Generation > sending.Generation
                ? await EndSendingAsync(record, sending, ct)
                : throw new VmDriverException(
                    "BeingSent", $"VM {vmId} is on its way to another host; generation {vm.Generation} sent it there.");
        }

        return (await ArriveAsync(vm, record, ct))!;
    }

    // An assignment without a move is the service's word that it has switched.
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
        if (Find(everywhere: true) is { } process)
        {
            next = next with { StandsSinceMove = true };
            await LetGoOnAsync(await MonitorAsync(process, ct), ct);
        }

        await KeepAsync(record, next);
        return next;
    }

    private async Task LetGoOnAsync(QemuMonitor open, CancellationToken ct)
    {
        try
        {
            if (!HasCome(await QemuMigration.LookAsync(open, ct), await open.StatusAsync(ct)))
            {
                throw new VmDriverException("NotLoaded", $"The state of VM {vmId} has not come; it cannot go on here.");
            }

            // Nobody but the guest writes to its disk from here on.
            await open.TryAsync("nbd-server-stop", null, ct);
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("MonitorFailed", $"QEMU did not let its guest go on: {fault.Message}", fault);
        }
    }

    private static bool HasCome(QemuMigration seen, GuestStatus status) =>
        status != GuestStatus.Incoming && (seen.IsCompleted || seen.IsPostCopy);

    private async Task<MoveProgress?> MoveOfAsync(QemuRecord? record, QemuMonitor open, GuestStatus status, CancellationToken ct)
    {
        if (record?.Sending is { } sending)
        {
            return await SendingProgressAsync(sending, open, status, ct);
        }

        if (record?.Receiving is not { Listens: true } receiving)
        {
            return null;
        }

        var seen = await QemuMigration.LookAsync(open, ct);
        awaitsArrival = !HasCome(seen, status);
        return new()
        {
            Phase = awaitsArrival ? MovePhase.Listening : MovePhase.Loaded, MemoryAddress = receiving.MemoryAddress,
            DiskAddress = receiving.DiskAddress,
        };
    }

    private async Task<MoveProgress> SendingProgressAsync(
        SendingRecord sending, QemuMonitor open, GuestStatus status, CancellationToken ct)
    {
        var seen = await QemuMigration.LookAsync(open, ct);
        var job = await new QemuMirror(open, "disk", options, time).LookAsync(ct);
        var isOver = sending.MemoryBegun && status == GuestStatus.Sent && (seen.IsCompleted || seen.IsPostCopy);
        var progress = new MoveProgress
        {
            Phase = isOver ? MovePhase.HandedOver : sending.MemoryBegun ? MovePhase.Memory : MovePhase.Disk,
            DiskBytes = job?.Bytes ?? 0, DiskBytesTotal = job?.BytesTotal ?? 0,
            PastReturn = seen.IsPostCopy || (isOver && sending.PostCopyAsked),
        };
        return sending.MemoryBegun ? seen.AddTo(progress) : progress;
    }

    private bool HasNewsOfMove() => awaitsArrival && monitor is { MigrationEnded: true };

    private async Task AwaitLastPagesAsync(CancellationToken ct)
    {
        if (directory.ReadRecord() is not { Sending.PostCopyAsked: true } || Find(everywhere: true) is not { } process)
        {
            return;
        }

        var start = time.GetTimestamp();
        while (await IsThereAsync(process, ct) is { } open && await QemuMigration.LookAsync(open, ct) is { IsPostCopy: true } seen)
        {
            if (time.GetElapsedTime(start) > TimeSpan.FromSeconds(options.MoveLastPagesSeconds))
            {
                throw new VmDriverException(
                    "PagesStillNeeded",
                    $"The guest's last pages are still here ({seen.Status}); without this process it cannot go on elsewhere.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(options.MoveProgressMilliseconds), time, ct);
        }
    }
}
