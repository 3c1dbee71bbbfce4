using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

public sealed class QemuCommandLineTests
{
    private const long TscKiloHertz = 2596128;

    private static readonly AgentOptions Options = new() { VmsDirectory = "/vms" };

    [Theory]
    [InlineData(7, VirtualizationEngine.Software, "262136K")]
    [InlineData(8, VirtualizationEngine.Software, "262136K")]
    [InlineData(9, VirtualizationEngine.Software, "256M")]
    [InlineData(7, VirtualizationEngine.Hardware, "256M")]
    public void Emulation_before_9_gets_a_memory_size_that_survives_migration(int major, VirtualizationEngine engine, string expected)
    {
        var line = Line(Assignments.New() with { MemoryMiB = 256, Engine = engine }, new QemuVersion(major, 2, 0));
        Assert.Equal(expected, After(line, "-m"));
    }

    [Fact]
    public void A_guest_is_of_the_same_generation_on_every_host_and_of_another_than_any_other_guest()
    {
        var vm = Assignments.New();
        Assert.Contains($"vmgenid,guid={vm.Uuid}", Line(vm with { HostId = "host_elsewhere", Incarnation = 2 }));
        Assert.DoesNotContain($"vmgenid,guid={vm.Uuid}", Line(Assignments.New()));
    }

    [Fact]
    public void The_engine_chooses_the_accelerator()
    {
        Assert.StartsWith("tcg,", After(Line(Assignments.New()), "-accel"));
        Assert.Equal("kvm", After(Line(Assignments.New() with { Engine = VirtualizationEngine.Hardware }), "-accel"));
    }

    [Theory]
    [InlineData(null, "console=ttyS0 tsc_early_khz=2596128 cryptomgr.notests")]
    [InlineData("quiet", "quiet console=ttyS0 tsc_early_khz=2596128 cryptomgr.notests")]
    [InlineData("console=hvc0 tsc_early_khz=1", "console=hvc0 tsc_early_khz=1 cryptomgr.notests")]
    [InlineData("cryptomgr.notests console=tty0", "cryptomgr.notests console=tty0 tsc_early_khz=2596128")]
    public void A_kernel_gets_what_it_needs_and_has_not_said_itself(string? given, string expected)
    {
        var vm = Assignments.New(new BootSource("KERNEL", "/images/k", "/images/i", given));
        Assert.Equal(expected, After(Line(vm), "-append"));
    }

    [Fact]
    public void The_whole_chain_of_a_disk_is_spelled_out_with_its_formats()
    {
        var line = Line(Assignments.New(new BootSource("RAW", "/images/a,b", null, null)));
        Assert.Contains("""{"driver":"file","node-name":"image-file","filename":"/images/a,b","read-only":true}""", line);
        Assert.Contains("""{"driver":"raw","node-name":"image","file":"image-file","read-only":true}""", line);
        Assert.Contains(
            """{"driver":"qcow2","node-name":"disk","file":"disk-file","read-only":false,"backing":"image","discard":"unmap"}""", line);
    }

    [Fact]
    public void An_image_of_its_own_format_is_never_let_choose_a_backing_file()
    {
        var line = Line(Assignments.New(new BootSource("QCOW2", "/images/q", null, null)));
        Assert.Contains("""{"driver":"qcow2","node-name":"image","file":"image-file","read-only":true,"backing":null}""", line);
    }

    [Fact]
    public void A_guest_has_no_network_device_and_a_system_call_filter()
    {
        var line = Line(Assignments.New(ProbeGuest.KernelBoot));
        Assert.Contains("-nodefaults", line);
        Assert.DoesNotContain(line, argument => argument.Contains("net", StringComparison.Ordinal) && argument.StartsWith('-'));
        Assert.StartsWith("on,", After(line, "-sandbox"));
    }

    [Fact]
    public void A_name_with_a_comma_adds_no_option()
    {
        var line = Line(Assignments.New() with { Name = "a,process=b" });
        Assert.Equal("guest=a,,process=b,debug-threads=on", After(line, "-name"));
        Assert.Equal("type=1,serial=a,,process=b", After(line, "-smbios"));
    }

    [Theory]
    [InlineData("q35,accel=kvm", "qemu64")]
    [InlineData("q35", "qemu64 -device evil")]
    [InlineData("", "qemu64")]
    public void A_setting_that_would_be_more_than_it_says_is_refused(string machineType, string cpuModel)
    {
        var vm = Assignments.New() with { MachineType = machineType, CpuModel = cpuModel };
        Assert.Equal("InvalidEngineSetting", Assert.Throws<VmDriverException>(() => Line(vm)).Reason);
    }

    [Fact]
    public void An_iso_is_a_drive_beside_a_blank_disk()
    {
        var line = Line(Assignments.New(new BootSource("ISO", "/images/i.iso", null, null)));
        Assert.Contains("ide-cd,drive=iso,bootindex=2", line);
        Assert.Contains(
            """{"driver":"qcow2","node-name":"disk","file":"disk-file","read-only":false,"backing":null,"discard":"unmap"}""", line);
    }

    [Theory]
    [InlineData("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)", "7.2.22")]
    [InlineData("QEMU emulator version 10.0.2 (Debian 1:10.0.2)\nCopyright", "10.0.2")]
    [InlineData("something else", null)]
    public void A_version_is_read_from_what_qemu_prints(string text, string? expected) =>
        Assert.Equal(expected, QemuVersion.Parse(text)?.ToString());

    private static IReadOnlyList<string> Line(VmAssignment vm, QemuVersion? version = null) =>
        new QemuCommandLine(Options, version, TscKiloHertz).Build(vm, VmDirectory.Of("/vms", vm.VmId), hasSeed: false);

    private static string After(IReadOnlyList<string> line, string option) => line[line.ToList().IndexOf(option) + 1];
}
