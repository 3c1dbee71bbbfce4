using ControlPlane.Agent.Hosts;
using ControlPlane.Agent.Tests.Drivers.Qemu;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Agent.Tests.Hosts;

[Collection(QemuCollection.Name)]
public sealed class EngineProofTests : IDisposable
{
    private static readonly string[] Refusals =
    [
        "DeviceMissing", "DeviceUnusable", "PermissionDenied", "GuestHung", "GuestTooSlow", "QemuAborted", "QemuFailed", "QemuMissing",
    ];

    private readonly AgentOptions options = new()
    {
        VmsDirectory = Directory.CreateTempSubdirectory("controlplane-proof-").FullName,
        // What is judged here is the proof, not this machine's load.
        ProofTimeoutSeconds = 60, SoftwareProofMilliseconds = 30_000, HardwareProofTimeoutSeconds = 2,
    };

    public void Dispose() => Directory.Delete(options.VmsDirectory, recursive: true);

    [Fact]
    public async Task Emulation_is_proved_by_a_guest_that_ran()
    {
        var facts = await NewProof().ProveAsync(VirtualizationEngine.Software, CancellationToken.None);
        Assert.True(facts.Proved, facts.Message);
        Assert.Equal(("GuestRan", "qemu64", "q35"), (facts.Reason, facts.CpuModel, facts.MachineType));
        AssertNothingLeft();
    }

    [Fact]
    public async Task Hardware_is_proved_or_refused_with_a_reason_and_never_hangs()
    {
        var facts = await NewProof().ProveAsync(VirtualizationEngine.Hardware, CancellationToken.None);
        Assert.Equal("host", facts.CpuModel);
        Assert.True(facts.Proved ? facts.Reason == "GuestRan" : Refusals.Contains(facts.Reason), $"{facts.Reason}: {facts.Message}");
        AssertNothingLeft();
    }

    [Fact]
    public async Task A_proof_removes_the_disks_of_processes_that_died_over_theirs_and_no_other()
    {
        options.QemuPath = "qemu-that-is-not-there";
        var own = Environment.ProcessId;
        string[] left = [Disk($".proof-{int.MaxValue}-1.img"), Disk(".proof-0123456789abcdef.img"), Disk($".proof-{own}-1.img")];
        // Of an earlier process with the same number.
        File.SetLastWriteTimeUtc(left[2], new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var inUse = Disk($".proof-{own}-2.img");
        await NewProof().ProveAsync(VirtualizationEngine.Software, CancellationToken.None);
        Assert.Equal([inUse], Directory.EnumerateFileSystemEntries(options.VmsDirectory));
    }

    private string Disk(string name)
    {
        var path = Path.Combine(options.VmsDirectory, name);
        File.WriteAllBytes(path, [0]);
        return path;
    }

    [Fact]
    public async Task A_missing_qemu_is_called_missing()
    {
        options.QemuPath = "qemu-that-is-not-there";
        Assert.Equal("QemuMissing", (await NewProof().ProveAsync(VirtualizationEngine.Software, CancellationToken.None)).Reason);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("sleep 600", "GuestHung")]
    [InlineData("printf S; sleep 600", "GuestTooSlow")]
    [InlineData("kill -ABRT $$", "QemuAborted")]
    [InlineData("echo 'Could not access KVM kernel module: Permission denied' >&2; exit 1", "PermissionDenied")]
    [InlineData("echo broken >&2; exit 1", "QemuFailed")]
    [InlineData("printf 'SGUEST-RAN\\n'; exit 0", "QemuFailed")]
    public async Task A_qemu_that_misbehaves_is_refused_with_this_reason(string script, string reason)
    {
        options.QemuPath = Path.Combine(options.VmsDirectory, "qemu");
        options.ProofTimeoutSeconds = 1;
        await File.WriteAllTextAsync(options.QemuPath, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(options.QemuPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var facts = await NewProof().ProveAsync(VirtualizationEngine.Software, CancellationToken.None);
        Assert.False(facts.Proved);
        Assert.Equal(reason, facts.Reason);
        File.Delete(options.QemuPath);
        AssertNothingLeft();
    }

    [Fact]
    public void A_guest_that_ran_too_slowly_proves_nothing()
    {
        options.HardwareProofMilliseconds = 50;
        var run = new ProofRun(BootSector.ExitCode, false, true, true, TimeSpan.FromMilliseconds(1700), "");
        var facts = NewProof().Judge(VirtualizationEngine.Hardware, run);
        Assert.Equal((false, "GuestTooSlow"), (facts.Proved, facts.Reason));
        Assert.True(NewProof().Judge(VirtualizationEngine.Hardware, run with { Elapsed = TimeSpan.FromMilliseconds(3) }).Proved);
    }

    [Fact]
    public async Task The_host_is_discovered_with_both_engines()
    {
        var facts = await new HostDiscovery(options, NewProof(), TimeProvider.System, NullLogger<HostDiscovery>.Instance)
            .DiscoverAsync(CancellationToken.None);
        Assert.True(facts.Vcpus > 0 && facts.MemoryMiB > 0 && facts.DiskGiB >= 0, facts.ToString());
        Assert.NotEmpty(facts.CpuModel);
        Assert.Contains("sse2", facts.CpuFlags);
        Assert.Matches(@"^\d+\.\d+\.\d+$", facts.QemuVersion);
        Assert.NotEmpty(facts.KernelVersion);
        Assert.Equal(2, facts.Engines.Count);
        Assert.All(facts.NumaNodes, node => Assert.True(node.Cpus >= 0 && node.MemoryMiB > 0));
    }

    [Theory]
    [InlineData("0-3,8", 5)]
    [InlineData("0", 1)]
    [InlineData("\n", 0)]
    public void Cpus_in_a_list_are_counted(string list, int expected) => Assert.Equal(expected, HostDiscovery.CountCpus(list));

    private EngineProof NewProof() => new(options, TimeProvider.System, NullLogger<EngineProof>.Instance);

    private void AssertNothingLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(options.VmsDirectory));
        Assert.DoesNotContain(
            Directory.EnumerateDirectories("/proc").Select(CommandLineOf),
            line => line.Contains(options.VmsDirectory, StringComparison.Ordinal));
    }

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
