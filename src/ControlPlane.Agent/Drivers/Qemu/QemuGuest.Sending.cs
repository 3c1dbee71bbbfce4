using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The VM's way to another host, while it runs.</summary>
internal sealed partial class QemuGuest
{
    private const int LostPagesStepBytes = 256 << 10;

    public async Task SendAsync(VmAssignment vm, Action<MoveProgress> progress, CancellationToken ct)
    {
        var move = EndOf(vm, MoveRole.Source);
        var tls = TlsOf(move);
        var record = (await AdmitAsync(vm))!;
        if (record.Sending is { } other && other.TargetIncarnation != move.TargetIncarnation)
        {
            record = await EndSendingAsync(record, other, ct);
        }

        if (move.Algorithm == MoveAlgorithm.Cold)
        {
            await SendColdAsync(vm, move, tls, record, progress, ct);
            return;
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
            CopiesDisk = CopiesDisk(vm, move), WasRunning = await open.StatusAsync(ct) == GuestStatus.Running,
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
        QemuLog.HandedOver(host.Logger, vmId, move.TargetIncarnation, move.PeerHostId);
    }

    // The agent may have ended between its own record and QEMU's command; how an earlier attempt ended is then still to be read.
    private static async Task<bool> NeverBeganAsync(QemuMonitor open, CancellationToken ct) =>
        await QemuMigration.LookAsync(open, ct) is var seen
        && (seen.Status == "none" || (seen.IsCompleted && await open.StatusAsync(ct) == GuestStatus.Running));

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
                "This QEMU (before 9.0, no KVM) would lose pages of a memory of this size; restart the VM, then move it.");
        }
    }

    private static async Task<bool> LosesPagesAsync(QemuMonitor open, CancellationToken ct)
    {
        var version = (await open.AskAsync("query-version", null, ct)).GetProperty("qemu").GetProperty("major").GetInt32();
        var hardware = (await open.AskAsync("query-kvm", null, ct)).GetProperty("enabled").GetBoolean();
        var bytes = (await open.AskAsync("query-memory-size-summary", null, ct)).GetProperty("base-memory").GetInt64();
        return version < QemuCommandLine.FirstVersionWithoutLostPages && !hardware && bytes % LostPagesStepBytes == 0;
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
        if (sending.Algorithm == MoveAlgorithm.Cold)
        {
            await EndKeeperAsync(ct);
        }
        else if (Find(everywhere: true) is { } process && await IsThereAsync(process, ct) is { } open)
        {
            await QemuSending.EndMemoryAsync(open, sending.PostCopyAsked, options, time, ct);
            await new QemuMirror(open, "disk", options, time).DropAsync(ct);
            var status = await open.StatusAsync(ct);
            if (sending.WasRunning && status is GuestStatus.Paused or GuestStatus.Sent)
            {
                await RunAsync(open, status, ct);
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

    private async Task<MoveProgress> SendingProgressAsync(
        SendingRecord sending, QemuMonitor open, GuestStatus status, CancellationToken ct)
    {
        var seen = await QemuMigration.LookAsync(open, ct);
        var job = sending.CopiesDisk ? await new QemuMirror(open, "disk", options, time).LookAsync(ct) : null;
        var isOver = sending.MemoryBegun && status == GuestStatus.Sent && (seen.IsCompleted || seen.IsPostCopy);
        var progress = new MoveProgress
        {
            Phase = isOver ? MovePhase.HandedOver : sending.MemoryBegun ? MovePhase.Memory : MovePhase.Disk,
            DiskBytes = job?.Bytes ?? 0, DiskBytesTotal = job?.BytesTotal ?? 0,
            PastReturn = seen.IsPostCopy || (isOver && sending.PostCopyAsked),
        };
        return sending.MemoryBegun ? seen.AddTo(progress) : progress;
    }

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
