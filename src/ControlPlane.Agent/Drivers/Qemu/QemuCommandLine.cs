using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The command line of a VM's QEMU. Pure: the same assignment on the same host gives the same line.</summary>
/// <param name="options">Settings of the agent.</param>
/// <param name="version">The QEMU that will read the line, or null when it is not known.</param>
/// <param name="tscKiloHertz">The host's time stamp counter, or 0 when it is not known.</param>
internal sealed partial class QemuCommandLine(AgentOptions options, QemuVersion? version, long tscKiloHertz)
{
    internal const int FirstVersionWithoutLostPages = 9;
    private const string Sandbox = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

    /// <summary>The program and its arguments, to be started in the VM's directory: sockets and disk are named relative to it.</summary>
    /// <param name="vm">What it shall be.</param>
    /// <param name="directory">Where its files are.</param>
    /// <param name="hasSeed">Whether there is a seed image.</param>
    /// <param name="disk">The disk's file: in the directory, or an absolute path.</param>
    /// <param name="isIncoming">Whether it waits for the state of a guest that runs elsewhere.</param>
    public IReadOnlyList<string> Build(
        VmAssignment vm, VmDirectory directory, bool hasSeed, string disk = VmDirectory.DiskName, bool isIncoming = false) =>
    [
        options.QemuPath, "-name", $"guest={Escape(vm.Name)},debug-threads=on", "-uuid", vm.Uuid.ToString(),
        // The absolute path of the pid file is also how the process is known again after a restart of the agent.
        "-pidfile", directory.PidFile,
        .. Machine(vm),
        "-nodefaults", "-no-user-config", "-display", "none", "-S", "-action", "shutdown=pause,reboot=reset,panic=pause",
        "-chardev", $"socket,id=qmp,path={VmDirectory.QmpSocket},server=on,wait=off", "-mon", "chardev=qmp,mode=control",
        "-chardev", $"socket,id=serial,path={VmDirectory.SerialSocket},server=on,wait=off,logfile={VmDirectory.SerialLogName},logappend=on",
        "-serial", "chardev:serial",
        "-smbios", $"type=1,serial={Escape(vm.Name)}",
        // The same on every host: a guest that was moved is not a copy of itself.
        "-device", $"vmgenid,guid={vm.Uuid}", "-device", "virtio-rng-pci", "-device", "pvpanic",
        .. Disk(vm, disk),
        .. Seed(hasSeed),
        .. Kernel(vm),
        .. isIncoming ? (string[])["-incoming", "defer"] : [],
        "-sandbox", Sandbox,
    ];

    /// <summary>A QEMU that runs no guest and can run none: it holds the disk, and the mark that says whether the disk is whole.</summary>
    public IReadOnlyList<string> BuildKeeper(VmAssignment vm, VmDirectory directory, string disk) =>
    [
        options.QemuPath, "-name", $"guest={Escape(vm.Name)},debug-threads=on", "-pidfile", directory.PidFile,
        "-machine", "none", "-nodefaults", "-no-user-config", "-display", "none", "-S",
        "-chardev", $"socket,id=qmp,path={VmDirectory.QmpSocket},server=on,wait=off", "-mon", "chardev=qmp,mode=control",
        .. DiskNodes(vm, disk),
        .. Blockdev(File("mark-file", VmDirectory.MarkName, readOnly: false)),
        .. Blockdev(Format("mark", "raw", "mark-file", readOnly: false, null)),
        "-sandbox", Sandbox,
    ];

    private IEnumerable<string> Machine(VmAssignment vm)
    {
        var software = vm.Engine == VirtualizationEngine.Software;
        return
        [
            "-machine", Word(vm.MachineType, MachinePattern(), "machine type"),
            "-accel", software ? $"tcg,thread=multi,tb-size={options.TranslationBufferMiB}" : "kvm",
            "-cpu", Word(vm.CpuModel, CpuPattern(), "CPU model"),
            "-smp", vm.Vcpus.ToString(CultureInfo.InvariantCulture),
            "-m", Memory(vm.MemoryMiB, software),
        ];
    }

    // Before 9.0, QEMU's emulation forgets dirty pages in a migration unless a memory block's size is no multiple of 256 KiB.
    private string Memory(long memoryMiB, bool software) =>
        software && (version is null || version.Major < FirstVersionWithoutLostPages)
            ? string.Create(CultureInfo.InvariantCulture, $"{(memoryMiB * 1024) - 8}K")
            : string.Create(CultureInfo.InvariantCulture, $"{memoryMiB}M");

    private static IEnumerable<string> Disk(VmAssignment vm, string disk)
    {
        if (vm is { DiskGiB: 0, Boot.Format: "KERNEL" or "ISO" })
        {
            return Cdrom(vm);
        }

        return [.. DiskNodes(vm, disk), "-device", "virtio-blk-pci,id=disk0,drive=disk,bootindex=1", .. Cdrom(vm)];
    }

    private static IEnumerable<string> DiskNodes(VmAssignment vm, string disk)
    {
        var backing = DiskImage.BackingFormat(vm.Boot);
        return
        [
            .. backing is null ? [] : Blockdev(File("image-file", vm.Boot!.Path, readOnly: true)),
            .. backing is null ? [] : Blockdev(Format("image", backing, "image-file", readOnly: true, null)),
            .. Blockdev(File("disk-file", disk, readOnly: false)),
            .. Blockdev(Format("disk", "qcow2", "disk-file", readOnly: false, backing is null ? null : "image")),
        ];
    }

    private static IEnumerable<string> Cdrom(VmAssignment vm) => vm.Boot?.Format != "ISO" ? [] :
    [
        .. Blockdev(File("iso-file", vm.Boot.Path, readOnly: true)),
        .. Blockdev(Format("iso", "raw", "iso-file", readOnly: true, null)),
        "-device", "ide-cd,drive=iso,bootindex=2",
    ];

    private static IEnumerable<string> Seed(bool hasSeed) => !hasSeed ? [] :
    [
        .. Blockdev(File("seed-file", VmDirectory.SeedName, readOnly: true)),
        .. Blockdev(Format("seed", "raw", "seed-file", readOnly: true, null)),
        "-device", "virtio-blk-pci,drive=seed",
    ];

    private IEnumerable<string> Kernel(VmAssignment vm)
    {
        if (vm.Boot is not { Format: "KERNEL" } boot)
        {
            return [];
        }

        string[] initrd = boot.InitrdPath is null ? [] : ["-initrd", boot.InitrdPath];
        return ["-kernel", boot.Path, .. initrd, "-append", KernelArguments(vm)];
    }

    /// <summary>The given kernel command line with what a guest here needs and has not said itself.</summary>
    internal string KernelArguments(VmAssignment vm)
    {
        var given = vm.Boot?.KernelCommandLine?.Trim() ?? "";
        var words = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var added = new List<string>(3);
        if (!words.Any(word => word.StartsWith("console=", StringComparison.Ordinal)))
        {
            added.Add("console=ttyS0");
        }

        // Under emulation the kernel's own calibration of the time stamp counter takes long and may fail; QEMU passes on the host's.
        var calibrates = vm.Engine == VirtualizationEngine.Software && tscKiloHertz > 0;
        if (calibrates && !words.Any(word => word.StartsWith("tsc_early_khz=", StringComparison.Ordinal)))
        {
            added.Add(string.Create(CultureInfo.InvariantCulture, $"tsc_early_khz={tscKiloHertz}"));
        }

        if (!words.Contains("cryptomgr.notests"))
        {
            added.Add("cryptomgr.notests");
        }

        return string.Join(' ', [.. words, .. added]);
    }

    private static JsonObject File(string node, string path, bool readOnly) =>
        new() { ["driver"] = "file", ["node-name"] = node, ["filename"] = path, ["read-only"] = readOnly };

    // The format is the recorded one and the chain is spelled out: a guest's own bytes must never choose how its disk is read.
    private static JsonObject Format(string node, string driver, string file, bool readOnly, string? backing)
    {
        var format = new JsonObject { ["driver"] = driver, ["node-name"] = node, ["file"] = file, ["read-only"] = readOnly };
        if (driver == "qcow2")
        {
            format["backing"] = backing;
        }

        if (!readOnly)
        {
            format["discard"] = "unmap";
        }

        return format;
    }

    private static string[] Blockdev(JsonObject node) => ["-blockdev", node.ToJsonString()];

    private static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    private static string Word(string value, Regex pattern, string what) => pattern.IsMatch(value)
        ? value : throw new VmDriverException("InvalidEngineSetting", $"'{value}' is not a {what} that QEMU can be given.");

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex MachinePattern();

    [GeneratedRegex(@"^[A-Za-z0-9._+=,-]{1,512}$", RegexOptions.CultureInvariant)]
    private static partial Regex CpuPattern();
}
