using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Fencing;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Agent.Tests.Fencing;

/// <summary>The watchdog on a folder, with processes that are named as guests are, and a clock that the test moves.</summary>
public sealed class WatchdogTests : IDisposable
{
    private static readonly LeaseTerms Terms =
        LeaseTerms.TryCreate(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), 10, out var terms) ? terms! : throw new InvalidOperationException();

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-watchdog-");
    private readonly FakeTimeProvider time = new();
    private readonly List<Process> processes = [];
    private readonly Watchdog watchdog;
    private readonly LeaseFile lease;

    public WatchdogTests()
    {
        (watchdog, lease) = (new Watchdog(folder.FullName, time, NullLogger<Watchdog>.Instance), new LeaseFile(folder.FullName));
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill();
            process.Dispose();
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_guest_is_ended_at_the_end_of_the_lease_and_not_before()
    {
        var (guest, stays) = (await GuestAsync(HostLossRule.RestartElsewhere), await GuestAsync(HostLossRule.Stay));
        lease.Write(new(Now, Terms));
        time.Advance(Terms.End - TimeSpan.FromMilliseconds(1));
        Assert.False(watchdog.Look());
        Assert.False(guest.HasExited);

        time.Advance(TimeSpan.FromMilliseconds(1));
        watchdog.Look();
        await EndedAsync(guest);
        Assert.False(stays.HasExited);
    }

    [Fact]
    public async Task A_guest_that_comes_late_and_has_no_pid_file_is_found_and_ended()
    {
        lease.Write(new(Now, Terms));
        time.Advance(Terms.End);
        watchdog.Look();
        var late = await GuestAsync(HostLossRule.RestartElsewhere, pidFile: false);
        time.Advance(TimeSpan.FromSeconds(1));
        watchdog.Look();
        await EndedAsync(late);
    }

    [Fact]
    public async Task A_lease_that_was_renewed_or_that_is_of_another_boot_is_told_apart()
    {
        var guest = await GuestAsync(HostLossRule.RestartElsewhere);
        lease.Write(new(Now, Terms));
        time.Advance(TimeSpan.FromSeconds(4));
        lease.Write(new(Now, Terms));
        time.Advance(TimeSpan.FromSeconds(4));
        watchdog.Look();
        Assert.False(guest.HasExited);

        var path = Path.Combine(folder.FullName, "lease.json");
        var record = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await File.ReadAllTextAsync(path))!;
        record["boot"] = JsonSerializer.SerializeToElement("another");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(record));
        watchdog.Look();
        await EndedAsync(guest);
    }

    [Fact]
    public async Task A_guest_whose_record_cannot_be_read_is_ended_with_the_lease()
    {
        var guest = await GuestAsync(HostLossRule.Stay);
        var record = Directory.EnumerateFiles(folder.FullName, VmDirectory.RecordName, SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(record, "{");
        watchdog.Look();
        await EndedAsync(guest);
    }

    [Fact]
    public void It_shows_that_it_lives_for_two_seconds()
    {
        var sign = new WatchdogSign(folder.FullName, time);
        Assert.False(sign.IsFresh());
        watchdog.Look();
        Assert.True(sign.IsFresh());
        time.Advance(TimeSpan.FromSeconds(2.1));
        Assert.False(sign.IsFresh());
        watchdog.Look();
        Assert.True(sign.IsFresh());
    }

    [Fact]
    public async Task One_watches_a_folder_and_ends_when_nothing_is_left_to_watch()
    {
        var first = watchdog.RunAsync(CancellationToken.None);
        Assert.False(await new Watchdog(folder.FullName, time, NullLogger<Watchdog>.Instance).RunAsync(CancellationToken.None));
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return first.IsCompleted;
            },
            "it ends: no agent, no lease, no guest");
        Assert.True(await first);
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    // A process whose command line names the VM's pid file, as a guest's does.
    private async Task<Process> GuestAsync(HostLossRule rule, bool pidFile = true)
    {
        var vm = Assignments.New() with { OnHostLoss = rule };
        var directory = VmDirectory.Of(Path.Combine(folder.FullName, "vms"), vm.VmId);
        Directory.CreateDirectory(directory.Path);
        await directory.WriteRecordAsync(new QemuRecord { Assignment = vm });
        var process = Process.Start("/bin/sh", ["-c", "sleep 600; :", directory.PidFile]);
        processes.Add(process);
        if (pidFile) { await File.WriteAllTextAsync(directory.PidFile, $"{process.Id}"); }
        await Eventually.HoldsAsync(() => QemuProcess.Probe(process.Id, directory.PidFile) is not null, "its command line is there");
        return process;
    }

    private static async Task EndedAsync(Process process) => await process.WaitForExitAsync(new CancellationTokenSource(Eventually.Limit).Token);
}
