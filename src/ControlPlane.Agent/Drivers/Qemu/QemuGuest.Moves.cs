using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What both ends of a move have, and what a move means for everything else.</summary>
internal sealed partial class QemuGuest
{
    private static VmMove EndOf(VmAssignment vm, MoveRole role) => vm.Move is { } move && move.Role == role
        ? move : throw new VmDriverException("NoMove", $"The assignment of VM {vm.VmId} has no move with this host as its {role}.");

    private static bool CopiesDisk(VmAssignment vm, VmMove move) => NeedsDisk(vm) && !move.SharedDisk;

    private QemuTls? TlsOf(VmMove move) => !move.Tls ? null : host.Credentials() is { } credentials
        ? new(directory, credentials, move.PeerHostId)
        : throw new VmDriverException(
            "TlsUnavailable", "This host has no certificate: let its own agent join by a token, or move the VM without TLS.");

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

        return await ArriveAsync(vm, record, ct)
            ?? throw new VmDriverException("NotPrepared", $"What came of VM {vmId} was of an earlier incarnation and is gone.");
    }

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
}
