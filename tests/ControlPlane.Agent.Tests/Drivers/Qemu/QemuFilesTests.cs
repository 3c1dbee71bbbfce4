using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Disks, seeds, records and directories of real guests.</summary>
[Collection(QemuCollection.Name)]
public sealed class QemuFilesTests : IAsyncLifetime
{
    private const long BytesPerGiB = 1L << 30;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly QemuWorld world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await world.DisposeAsync();

    [SkippableFact]
    public async Task A_guest_boots_from_its_overlay_and_leaves_the_image_as_it_was()
    {
        ProbeGuest.SkipUnlessBuilt();
        var imageBefore = File.GetLastWriteTimeUtc(ProbeGuest.Disk);
        var vm = await RunningAsync(Assignments.New(ProbeGuest.DiskBoot) with { Vcpus = 2 });
        var text = await world.Driver.Console(vm.VmId)!.FollowUntilAsync($"probe vm={vm.Name} .*vcpus=2");
        Assert.Contains("memory_mib=128", text);
        Assert.Equal(imageBefore, File.GetLastWriteTimeUtc(ProbeGuest.Disk));
        Assert.Equal(BytesPerGiB, await VirtualSizeAsync(vm));
    }

    [SkippableFact]
    public async Task A_guest_finds_its_seed()
    {
        ProbeGuest.SkipUnlessBuilt();
        var seed = new CloudInitSeed("#cloud-config\nhostname: seeded\n", "instance-id: i-7\nlocal-hostname: seeded\n", null);
        var vm = await RunningAsync(Assignments.New(ProbeGuest.KernelBoot) with { CloudInit = seed });
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("probe-seed .*instance_id=i-7");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(world.PathOf(vm, VmDirectory.SeedName)));
    }

    [SkippableFact]
    public async Task A_seed_that_changes_while_its_guest_runs_is_made_when_the_guest_is_stopped()
    {
        var vm = await RunningAsync(Assignments.New() with { CloudInit = new CloudInitSeed("#cloud-config\n# first\n", null, null) });
        var first = await File.ReadAllBytesAsync(world.PathOf(vm, VmDirectory.SeedName));
        var other = new CloudInitSeed("#cloud-config\n# other\n", null, null);
        vm = await PreparedAsync(vm.Then(DesiredPower.Running) with { CloudInit = other });
        Assert.Equal(first, await File.ReadAllBytesAsync(world.PathOf(vm, VmDirectory.SeedName)));

        vm = vm.Then(DesiredPower.Stopped) with { StopMode = ShutdownMode.Forced };
        await world.Driver.StopAsync(vm, None);
        await PreparedAsync(vm);
        Assert.Contains("# other", await File.ReadAllTextAsync(world.PathOf(vm, VmDirectory.SeedName)));
    }

    [SkippableFact]
    public async Task A_stop_whose_record_was_lost_with_the_agent_is_not_told_as_a_death()
    {
        var vm = await RunningAsync(Assignments.New());
        Assert.Single(world.ProcessesOf(vm)).Kill();
        await world.Driver.WaitExitAsync(vm, None).WaitAsync(Eventually.Limit);
        var stopped = await PreparedAsync(vm.Then(DesiredPower.Stopped));
        Assert.Null((await world.Driver.ObserveAsync(stopped, None)).GuestPoweredOff);
    }

    [SkippableFact]
    public async Task A_disk_grows_while_its_guest_is_stopped_and_while_it_runs_and_never_shrinks()
    {
        var vm = await PreparedAsync(Assignments.New());
        Assert.Equal(1 * BytesPerGiB, await VirtualSizeAsync(vm));
        vm = await PreparedAsync(vm.Then(DesiredPower.Stopped) with { DiskGiB = 2 });
        Assert.Equal(2 * BytesPerGiB, await VirtualSizeAsync(vm));
        await world.Driver.StartAsync(vm, None);
        vm = await PreparedAsync(vm.Then(DesiredPower.Running) with { DiskGiB = 3 });
        Assert.Equal(3 * BytesPerGiB, await VirtualSizeAsync(vm));
        await PreparedAsync(vm.Then(DesiredPower.Running) with { DiskGiB = 1 });
        Assert.Equal(3 * BytesPerGiB, await VirtualSizeAsync(vm));
    }

    [SkippableFact]
    public async Task A_broken_image_is_refused_and_leaves_no_disk()
    {
        var image = Path.Combine(world.Options.VmsDirectory, "broken.img");
        await File.WriteAllTextAsync(image, "this is no qcow2");
        var vm = Assignments.New(new BootSource("QCOW2", image, null, null));
        await RefusedAsync(vm, "ImageBroken");
        Assert.Empty(Directory.EnumerateFiles(world.DirectoryOf(vm).Path));
    }

    [SkippableFact]
    public async Task An_image_that_refers_to_another_file_is_refused()
    {
        var image = Path.Combine(world.Options.VmsDirectory, "leaking.qcow2");
        await QemuImgAsync("create", "-f", "qcow2", "-F", "raw", "-b", "/etc/passwd", image, "1M");
        await RefusedAsync(Assignments.New(new BootSource("QCOW2", image, null, null)), "ImageRefersToFile");
    }

    [SkippableFact]
    public async Task A_missing_image_and_one_larger_than_the_disk_are_refused()
    {
        await RefusedAsync(Assignments.New(new BootSource("QCOW2", "/nowhere/image.qcow2", null, null)), "ImageMissing");
        var image = Path.Combine(world.Options.VmsDirectory, "large.qcow2");
        await QemuImgAsync("create", "-f", "qcow2", image, "5G");
        await RefusedAsync(Assignments.New(new BootSource("QCOW2", image, null, null)), "DiskTooSmall");
    }

    [SkippableFact]
    public async Task A_raw_image_whose_content_pretends_to_be_another_format_is_read_as_raw()
    {
        var secret = Path.Combine(world.Options.VmsDirectory, "secret.raw");
        await File.WriteAllBytesAsync(secret, new byte[1 << 20]);
        var image = Path.Combine(world.Options.VmsDirectory, "pretender.raw");
        await QemuImgAsync("create", "-f", "qcow2", "-F", "raw", "-b", secret, image, "1M");
        var vm = await RunningAsync(Assignments.New(new BootSource("RAW", image, null, null)));
        var process = Assert.Single(world.ProcessesOf(vm));
        var open = Directory.EnumerateFiles($"/proc/{process.Id}/fd")
            .Select(path => File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName).ToList();
        Assert.Contains(image, open);
        Assert.DoesNotContain(secret, open);
    }

    [SkippableFact]
    public async Task What_a_crash_in_the_middle_of_a_prepare_left_is_cleared_and_the_prepare_done_again()
    {
        var vm = Assignments.New() with { CloudInit = new CloudInitSeed("#cloud-config\n{}\n", null, null) };
        var directory = world.DirectoryOf(vm);
        directory.Create();
        await File.WriteAllTextAsync(directory.At("disk.qcow2.new"), "half a disk");
        await File.WriteAllTextAsync(directory.Disk, "a disk without a record");
        Directory.CreateDirectory(directory.At("seed.files"));
        await File.WriteAllTextAsync(directory.At("seed.files/user-data"), "half a document");

        await world.Driver.PrepareAsync(vm, None);
        string[] expected = [VmDirectory.RecordName, VmDirectory.DiskName, VmDirectory.SeedName];
        Assert.Equal(expected.Order(), Directory.EnumerateFileSystemEntries(directory.Path).Select(path => Path.GetFileName(path)).Order());
        await world.Driver.StartAsync(vm, None);
    }

    [SkippableFact]
    public async Task A_disk_that_has_vanished_is_not_silently_replaced_by_a_blank_one()
    {
        var vm = await PreparedAsync(Assignments.New());
        File.Delete(world.PathOf(vm, VmDirectory.DiskName));
        await RefusedAsync(vm.Then(DesiredPower.Running), "FilesLost");
        Assert.Equal("FilesLost", (await Assert.ThrowsAsync<VmDriverException>(() => world.Driver.StartAsync(vm, None))).Reason);
    }

    [SkippableFact]
    public async Task A_directory_deeper_than_a_socket_address_can_name_works_all_the_same()
    {
        var deep = Path.Combine(world.Options.VmsDirectory, new string('d', 150));
        await using var driver = new QemuDriver(
            new AgentOptions { VmsDirectory = deep }, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<QemuDriver>.Instance);
        var vm = Assignments.New();
        await driver.PrepareAsync(vm, None);
        await driver.StartAsync(vm, None);
        Assert.Equal(ObservedPower.Running, (await driver.ObserveAsync(vm, None)).Power);
        await driver.RemoveAsync(vm, None);
        Assert.Empty(Directory.EnumerateDirectories(deep));
    }

    [SkippableTheory]
    [InlineData("../escape")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    public async Task An_id_that_could_be_a_path_is_refused(string vmId)
    {
        await RefusedAsync(Assignments.New() with { VmId = vmId }, "InvalidId");
        Assert.Null(world.Driver.Console(vmId));
    }

    [SkippableFact]
    public async Task A_full_disk_is_called_by_its_name()
    {
        var small = Path.Combine(world.Options.VmsDirectory, "small");
        Directory.CreateDirectory(small);
        Skip.IfNot(await TryMountAsync(small), "a small file system cannot be mounted here (needs root)");
        try
        {
            await using var driver = new QemuDriver(
                new AgentOptions { VmsDirectory = small }, TimeProvider.System,
                Microsoft.Extensions.Logging.Abstractions.NullLogger<QemuDriver>.Instance);
            var fault = await Assert.ThrowsAsync<VmDriverException>(() => driver.PrepareAsync(Assignments.New(), None));
            Assert.Equal("DiskFull", fault.Reason);
        }
        finally
        {
            await RunAsync("umount", small);
        }
    }

    [SkippableFact]
    public async Task The_isolation_that_is_said_to_hold_is_what_the_kernel_shows()
    {
        var vm = await RunningAsync(Assignments.New());
        var seen = await world.Driver.ObserveAsync(vm, None);
        Assert.Contains("syscallFilter", seen.IsolationControls);
        Assert.Contains("networkScope", seen.IsolationControls);
        Assert.DoesNotContain("ownUser", seen.IsolationControls);
        Assert.Empty(IsolationAttest.Of(new QemuProcess(Environment.ProcessId, 0)));
    }

    [SkippableFact]
    public async Task A_qemu_that_cannot_start_says_why_and_leaves_no_process()
    {
        var vm = await PreparedAsync(Assignments.New() with { CpuModel = "no-such-model" });
        var fault = await Assert.ThrowsAsync<VmDriverException>(() => world.Driver.StartAsync(vm, None));
        Assert.Equal("StartFailed", fault.Reason);
        Assert.Contains("no-such-model", fault.Message);
        Assert.Empty(world.ProcessesOf(vm));
    }

    [SkippableFact]
    public async Task A_qemu_that_is_not_installed_is_called_missing()
    {
        var vm = await PreparedAsync(Assignments.New());
        world.Options.QemuPath = "qemu-that-is-not-there";
        Assert.Equal("QemuMissing", (await Assert.ThrowsAsync<VmDriverException>(() => world.Driver.StartAsync(vm, None))).Reason);
    }

    private async Task<VmAssignment> PreparedAsync(VmAssignment vm)
    {
        await world.Driver.PrepareAsync(vm, None);
        return vm;
    }

    private async Task<VmAssignment> RunningAsync(VmAssignment vm)
    {
        await PreparedAsync(vm);
        await world.Driver.StartAsync(vm, None);
        return vm;
    }

    private async Task RefusedAsync(VmAssignment vm, string reason) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<VmDriverException>(() => world.Driver.PrepareAsync(vm, None))).Reason);

    private async Task<long> VirtualSizeAsync(VmAssignment vm)
    {
        var text = await QemuImgAsync("info", "-U", "-f", "qcow2", "--output=json", world.PathOf(vm, VmDirectory.DiskName));
        using var report = JsonDocument.Parse(text);
        return report.RootElement.GetProperty("virtual-size").GetInt64();
    }

    private static Task<string> QemuImgAsync(params string[] arguments) => RunAsync("qemu-img", arguments);

    private static async Task<bool> TryMountAsync(string path)
    {
        string[] command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path];
        var result = await Tool.RunAsync("/", command, Eventually.Limit, TimeProvider.System, None);
        return result.ExitCode == 0;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await Tool.RunAsync("/", [program, .. arguments], Eventually.Limit, TimeProvider.System, None);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result.Errors}");
        return result.Output;
    }
}
