using System.Text.Json.Nodes;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The VM's disk: in its directory, or on storage that other hosts have too.</summary>
internal sealed partial class QemuGuest
{
    private const long BytesPerGiB = 1L << 30;

    private string SharedDisk => Path.Combine(Path.GetFullPath(options.SharedDisksDirectory), vmId + ".qcow2");

    private static bool NeedsDisk(VmAssignment vm) => vm is not { DiskGiB: 0, Boot.Format: "KERNEL" or "ISO" };

    // A disk that was made in the VM's directory stays there, whatever the settings have become.
    private string DiskName() => DiskName(directory.ReadRecord());

    private string DiskName(QemuRecord? record) => record is { DiskIsShared: true } ? SharedDisk : VmDirectory.DiskName;

    /// <summary>Makes or grows it; returns whether it is on shared storage.</summary>
    private async Task<bool> PrepareDiskAsync(VmAssignment vm, QemuRecord? before, CancellationToken ct)
    {
        if (!NeedsDisk(vm))
        {
            return before?.DiskIsShared ?? false;
        }

        var wasMade = before is not null && NeedsDisk(before.Assignment);
        if (!wasMade)
        {
            return await MakeDiskAsync(vm, ct);
        }

        var disk = directory.At(DiskName(before));
        if (!File.Exists(disk))
        {
            throw new VmDriverException("FilesLost", $"The disk of VM {vm.VmId} is gone; a new one would hide the loss.");
        }

        if (vm.DiskGiB > before!.DiskGiB)
        {
            await GrowDiskAsync(vm, disk, ct);
        }

        return before.DiskIsShared;
    }

    private async Task<bool> MakeDiskAsync(VmAssignment vm, CancellationToken ct)
    {
        var comes = vm.Move is { Role: MoveRole.Target } move ? move : null;
        if (options.SharedDisksDirectory.Length == 0)
        {
            // Without a record no guest has run on it: what lies there is from a try that did not end.
            await (comes is { SharedDisk: true }
                ? throw new VmDriverException("NoSharedDisks", "This host has no storage that other hosts have too.")
                : directory.ReplaceAsync(VmDirectory.DiskName, path => host.Disks.CreateAsync(vm, path, ct)));
            return false;
        }

        // What lies there may be the disk of a guest that ran, or runs, elsewhere: it is never replaced.
        switch (comes?.SharedDisk, File.Exists(SharedDisk))
        {
            case (true, false):
                throw new VmDriverException("FilesLost", $"The disk of VM {vm.VmId} is not on this host's shared storage.");
            case (false, true):
                throw new VmDriverException("DiskIsShared", $"The disk of VM {vm.VmId} is on this host's shared storage already.");
            case (null or false, false):
                await VmDirectory.ReplaceFileAsync(SharedDisk, path => host.Disks.CreateAsync(vm, path, ct));
                break;
        }

        return true;
    }

    private async Task GrowDiskAsync(VmAssignment vm, string disk, CancellationToken ct)
    {
        if (Find(everywhere: true) is not { } process)
        {
            await host.Disks.GrowAsync(disk, vm.DiskGiB, ct);
            return;
        }

        try
        {
            var size = new JsonObject { ["node-name"] = "disk", ["size"] = vm.DiskGiB * BytesPerGiB };
            await (await MonitorAsync(process, ct)).ExecuteAsync("block_resize", size, ct);
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("DiskFailed", $"The disk could not be grown while its guest runs: {fault.Message}", fault);
        }
    }

    // Only with what it is certain of: a disk that a guest elsewhere lives on is not this host's to delete.
    private async Task DeleteSharedDiskAsync(bool hasDeparted, CancellationToken ct)
    {
        if (ReadableRecord() is not { DiskIsShared: true } record || !File.Exists(SharedDisk))
        {
            return;
        }

        var isOwn = record.Receiving?.CopiesDisk ?? (!hasDeparted || record.Sending is { CopiesDisk: true });
        if (!isOwn)
        {
            return;
        }

        if (await host.Disks.IsInUseAsync(SharedDisk, ct))
        {
            throw new VmDriverException("DiskInUse", $"The disk {SharedDisk} is in use, perhaps by a guest on another host.");
        }

        File.Delete(SharedDisk);
    }

    private QemuRecord? ReadableRecord()
    {
        try
        {
            return directory.ReadRecord();
        }
        catch (VmDriverException)
        {
            return null;
        }
    }
}
