using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Guests outlive the agent: what a new driver finds after the old one went at the worst moment.</summary>
[Collection(QemuCollection.Name)]
public sealed partial class QemuAdoptionTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly QemuWorld world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await world.DisposeAsync();

    [SkippableFact]
    public async Task A_new_driver_takes_up_the_same_process_with_its_guest_going_on()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = await RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        var before = await world.Driver.ObserveAsync(vm, None);
        var text = await world.Driver.Console(vm.VmId)!.FollowUntilAsync("counter=1 ");

        await world.RestartDriverAsync();
        var found = await world.Driver.ObserveAsync(vm, None);
        Assert.Equal(ObservedPower.Running, found.Power);
        Assert.Equal((before.ProcessId, before.StartedAt), (found.ProcessId, found.StartedAt));
        Assert.NotNull(found.GuestAliveSince);

        await world.Driver.StartAsync(vm, None);
        Assert.Equal(before.ProcessId, (await world.Driver.ObserveAsync(vm, None)).ProcessId);
        var later = await world.Driver.Console(vm.VmId)!.FollowUntilAsync("counter=3 ");
        Assert.StartsWith(text, later);
        Assert.Single(BootIds(later));
    }

    [SkippableFact]
    public async Task A_process_started_by_a_driver_that_died_at_once_is_adopted_and_never_doubled()
    {
        var vm = await PreparedAsync(Assignments.New());
        var orphan = await SpawnAsIfTheDriverHadDiedAsync(vm);
        File.Delete(world.PathOf(vm, VmDirectory.PidName));

        await world.Driver.StartAsync(vm, None);
        Assert.Equal(orphan.Id, Assert.Single(world.ProcessesOf(vm)).Id);
        Assert.Equal(ObservedPower.Running, (await world.Driver.ObserveAsync(vm, None)).Power);
    }

    [SkippableFact]
    public async Task A_process_that_never_began_its_guest_is_let_run_by_a_resume_as_if_it_had_been_started()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = await PreparedAsync(Assignments.New(ProbeGuest.KernelBoot) with { RebootCount = 2 });
        await SpawnAsIfTheDriverHadDiedAsync(vm);
        Assert.Equal(ObservedPower.Paused, (await world.Driver.ObserveAsync(vm, None)).Power);

        await world.Driver.ResumeAsync(vm, None);
        var seen = await world.Driver.ObserveAsync(vm, None);
        Assert.Equal((ObservedPower.Running, 2), (seen.Power, seen.RebootsDone));
        Assert.NotNull(seen.StartedAt);
        await Eventually.HoldsAsync(
            async () => (await world.Driver.ObserveAsync(vm, None)).GuestAliveSince is not null, "the guest is seen to live");
    }

    [SkippableFact]
    public async Task Of_two_processes_started_for_one_vm_one_remains_and_is_adopted()
    {
        var vm = await PreparedAsync(Assignments.New());
        await Task.WhenAll(SpawnAsIfTheDriverHadDiedAsync(vm), SpawnAsIfTheDriverHadDiedAsync(vm));
        await Eventually.HoldsAsync(() => world.ProcessesOf(vm).Count == 1, "the lock on the pid file has turned one away");
        await world.Driver.StartAsync(vm, None);
        Assert.Equal((await world.Driver.ObserveAsync(vm, None)).ProcessId, Assert.Single(world.ProcessesOf(vm)).Id);
    }

    [SkippableFact]
    public async Task A_start_beside_a_process_that_has_only_just_begun_makes_no_second_one()
    {
        var vm = await PreparedAsync(Assignments.New());
        var process = QemuSpawn.Start(world.DirectoryOf(vm), await CommandLineAsync(vm));
        await world.Driver.StartAsync(vm, None);
        Assert.Equal(process.Id, Assert.Single(world.ProcessesOf(vm)).Id);
    }

    [SkippableFact]
    public async Task A_second_driver_on_one_directory_is_refused_as_long_as_the_first_lives()
    {
        Assert.Equal("DirectoryInUse", Assert.Throws<VmDriverException>(world.NewDriver).Reason);
        await world.RestartDriverAsync();
        Assert.Empty(await world.Driver.ListAsync(None));
    }

    [SkippableFact]
    public async Task A_monitor_that_belongs_to_another_process_is_not_believed()
    {
        var vm = await RunningAsync(Assignments.New());
        await world.Driver.DisposeAsync();
        var path = world.PathOf(vm, VmDirectory.QmpSocket);
        File.Delete(path);
        using var impostor = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        impostor.Bind(new UnixDomainSocketEndPoint(path));
        impostor.Listen();
        var greeting = GreetAsync(impostor);

        world.Options.MonitorConnectTimeoutSeconds = 1;
        await world.RestartDriverAsync();
        Assert.False((await world.Driver.ObserveAsync(vm, None)).Responsive);
        impostor.Dispose();
        await greeting;
    }

    [SkippableFact]
    public async Task A_death_that_happened_while_no_driver_looked_is_told_as_a_death()
    {
        var vm = await RunningAsync(Assignments.New());
        await world.Driver.DisposeAsync();
        var process = Assert.Single(world.ProcessesOf(vm));
        process.Kill();
        Assert.True(await process.WaitGoneAsync(Eventually.Limit, TimeProvider.System, None));

        await world.RestartDriverAsync();
        var seen = await world.Driver.ObserveAsync(vm, None);
        Assert.Equal(ObservedPower.Stopped, seen.Power);
        Assert.False(seen.GuestPoweredOff);
    }

    [SkippableFact]
    public async Task A_power_off_that_happened_while_no_driver_looked_is_told_as_a_power_off()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = await RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("probe vm=");
        await world.Driver.DisposeAsync();
        await world.TypeAsync(vm, "poweroff");
        await Eventually.HoldsAsync(
            () => File.ReadAllText(world.PathOf(vm, VmDirectory.SerialLogName)).Contains("probe-poweroff", StringComparison.Ordinal),
            "the guest says that it powers off");

        await world.RestartDriverAsync();
        await Eventually.HoldsAsync(
            async () => (await world.Driver.ObserveAsync(vm, None)).GuestPoweredOff == true, "the power-off is seen");
        Assert.Empty(world.ProcessesOf(vm));
    }

    [SkippableFact]
    public async Task Another_process_that_got_the_same_id_is_neither_believed_nor_killed()
    {
        var vm = await PreparedAsync(Assignments.New());
        using var stranger = Process.Start("sleep", "300");
        try
        {
            await File.WriteAllTextAsync(world.PathOf(vm, VmDirectory.PidName), $"{stranger.Id}\n");
            Assert.Equal(ObservedPower.Stopped, (await world.Driver.ObserveAsync(vm, None)).Power);
            await world.Driver.StopAsync(vm with { StopMode = ShutdownMode.Forced }, None);
            await world.Driver.RemoveAsync(vm, None);
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [SkippableFact]
    public async Task The_process_shares_no_session_no_handle_and_no_environment_with_the_agent()
    {
        Environment.SetEnvironmentVariable("ControlPlane__BootstrapToken", "not-for-guests");
        var inheritable = new int[2];
        Assert.Equal(0, MakePipe(inheritable));
        var vm = await RunningAsync(Assignments.New());
        var id = Assert.Single(world.ProcessesOf(vm)).Id;
        Assert.DoesNotContain("not-for-guests", await File.ReadAllTextAsync($"/proc/{id}/environ"));

        var session = (await File.ReadAllTextAsync($"/proc/{id}/stat")).Split(") ")[^1].Split(' ')[3];
        Assert.Equal(id.ToString(System.Globalization.CultureInfo.InvariantCulture), session);

        var own = HandlesOf(Environment.ProcessId).ToHashSet();
        Assert.DoesNotContain(HandlesOf(id), handle => own.Contains(handle));
    }

    [SkippableFact]
    public async Task A_vm_whose_record_is_gone_is_listed_as_long_as_its_process_runs()
    {
        var vm = await RunningAsync(Assignments.New());
        var directory = world.DirectoryOf(vm).Path;
        Directory.Move(directory, directory + ".moved");
        try
        {
            Assert.Contains(vm.VmId, await world.Driver.ListAsync(None));
        }
        finally
        {
            Directory.Move(directory + ".moved", directory);
        }
    }

    private static IEnumerable<string> HandlesOf(int processId) =>
        from path in Directory.EnumerateFiles($"/proc/{processId}/fd")
        let target = TargetOf(path)
        where target is not null
            && (target.Contains("socket:", StringComparison.Ordinal) || target.Contains("pipe:", StringComparison.Ordinal))
        select Path.GetFileName(target);

    private static string? TargetOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<string> BootIds(string console) =>
        System.Text.RegularExpressions.Regex.Matches(console, @" boot=(\S+)").Select(match => match.Groups[1].Value).Distinct();

    // As a script that starts the service may leave one open: unlike the framework's own, children inherit it.
    [LibraryImport("libc", EntryPoint = "pipe")]
    private static partial int MakePipe(int[] ends);

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

    private async Task<QemuProcess> SpawnAsIfTheDriverHadDiedAsync(VmAssignment vm)
    {
        var process = QemuSpawn.Start(world.DirectoryOf(vm), await CommandLineAsync(vm));
        await Eventually.HoldsAsync(() => File.Exists(world.PathOf(vm, VmDirectory.PidName)), "QEMU has written its pid file");
        return process;
    }

    private async Task<IReadOnlyList<string>> CommandLineAsync(VmAssignment vm)
    {
        var version = await QemuVersion.AskAsync(world.Options, TimeProvider.System, None);
        return new QemuCommandLine(world.Options, version, 0).Build(vm, world.DirectoryOf(vm), hasSeed: false);
    }

    // Answers whatever it is told as a QEMU would whose guest runs.
    private static async Task GreetAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await client.SendAsync("""{"QMP": {"version": {}, "capabilities": []}}"""u8.ToArray().Append((byte)'\n').ToArray());
                await client.SendAsync("""{"return": {"status": "running"}, "id": 1}"""u8.ToArray().Append((byte)'\n').ToArray());
                await client.SendAsync("""{"return": {"status": "running"}, "id": 2}"""u8.ToArray().Append((byte)'\n').ToArray());
                await client.ReceiveAsync(new byte[1024]);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over, or the driver has left.
        }
    }
}
