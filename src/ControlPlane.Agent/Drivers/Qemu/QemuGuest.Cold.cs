using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// The ways of a VM that is off. A process without a machine holds its disk at each end: it can run no guest, whatever happens.
/// </summary>
internal sealed partial class QemuGuest
{
    private readonly DiskMark mark = new(directory);

    private static bool IsOffMeanwhile(QemuRecord? record) =>
        record is { Sending.Algorithm: MoveAlgorithm.Cold } or { Receiving.Algorithm: MoveAlgorithm.Cold };

    // True also after its keeper has ended: what was said stays true.
    private bool HasComeWhileOff(ReceivingRecord receiving) => receiving.Algorithm == MoveAlgorithm.Cold
        && (!receiving.CopiesDisk || mark.Says(receiving.Incarnation));

    private async Task SendColdAsync(
        VmAssignment vm, VmMove move, QemuTls? tls, QemuRecord record, Action<MoveProgress> progress, CancellationToken ct)
    {
        if (record.Sending is null && Find(everywhere: true) is not null)
        {
            throw new VmDriverException("GuestRuns", $"VM {vmId} has a process here; COLD moves what is off.");
        }

        var sending = (record.Sending ?? new()
        {
            TargetIncarnation = move.TargetIncarnation, Generation = vm.Generation, Algorithm = move.Algorithm,
            CopiesDisk = CopiesDisk(vm, move), WasRunning = false,
        }) with { Generation = vm.Generation };
        await KeepSendingAsync(sending);
        try
        {
            if (!sending.DiskSent && CopiesDisk(vm, move))
            {
                await SendDiskAsync(vm, move, tls, progress, ct);
            }

            await KeepSendingAsync(sending with { DiskSent = true });
            await EndKeeperAsync(ct);
            QemuLog.HandedOver(host.Logger, vmId, move.TargetIncarnation, move.PeerHostId);
        }
        catch (Exception fault) when (fault is QmpException or VmDriverException)
        {
            await TakeBackAsync(fault);
            throw fault as VmDriverException ?? new VmDriverException("SendFailed", $"QEMU did not send the disk: {fault.Message}", fault);
        }
    }

    private async Task SendDiskAsync(VmAssignment vm, VmMove move, QemuTls? tls, Action<MoveProgress> progress, CancellationToken ct)
    {
        await mark.WriteAsync(move.TargetIncarnation);
        var process = Find(everywhere: true) ?? await SpawnAsync(vm, line => line.BuildKeeper(vm, directory, DiskName()), ct);
        var open = await MonitorAsync(process, ct);
        var disk = new QemuMirror(open, "disk", options, time);
        if (tls is not null && await disk.LookAsync(ct) is null)
        {
            await tls.InstallAsync(open, isTarget: false, ct);
        }

        // The mark goes when the disk is there, flushed, and left: nothing is written to it after.
        foreach (var mirror in (QemuMirror[])[disk, new(open, "mark", options, time)])
        {
            await new QemuSending(open, move, tls, mirror, options, time).SendDiskAsync(progress, ct);
            await mirror.FinishAsync(ct);
            await mirror.DropAsync(ct);
        }
    }

    private async Task EndKeeperAsync(CancellationToken ct)
    {
        if (Find(everywhere: true) is { } process)
        {
            await EndAsync(process, ct);
        }
    }

    private async Task<DriverObservation> ObserveOffAsync(QemuRecord record, CancellationToken ct)
    {
        var process = Find(everywhere: false);
        if (record.Sending is { } sending)
        {
            var open = process is null || sending.DiskSent ? null : await IsThereAsync(process, ct);
            var job = open is null ? null : await new QemuMirror(open, "disk", options, time).LookAsync(ct);
            return WithoutProcess(record) with
            {
                Move = new()
                {
                    Phase = sending.DiskSent ? MovePhase.HandedOver : MovePhase.Disk, DiskBytes = job?.Bytes ?? 0,
                    DiskBytesTotal = job?.BytesTotal ?? 0,
                },
            };
        }

        var phase = HasComeWhileOff(record.Receiving!) ? MovePhase.Loaded
            : process is not null && record.Receiving!.Listens ? MovePhase.Listening : MovePhase.None;
        var seen = process is null ? WithoutProcess(record) : WithProcess(record, process, ObservedPower.Paused);
        return seen with { Move = phase == MovePhase.None ? null : new() { Phase = phase, DiskAddress = record.Receiving!.DiskAddress } };
    }
}
