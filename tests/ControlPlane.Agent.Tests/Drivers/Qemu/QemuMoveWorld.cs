using System.Text.RegularExpressions;
using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Two hosts on one machine, with certificates, and the service's words to both while a VM moves.</summary>
public sealed class QemuMoveWorld : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FleetCertificates fleet = new();

    public QemuMoveWorld()
    {
        Source = NewHost("host_source");
        Target = NewHost("host_target");
    }

    public QemuWorld Source { get; }

    public QemuWorld Target { get; }

    /// <summary>Which host's certificate the source shows.</summary>
    public string SourceShows { get; set; } = "host_source";

    /// <summary>Which host's certificate the target shows.</summary>
    public string TargetShows { get; set; } = "host_target";

    /// <summary>A VM whose guest has said something on the source.</summary>
    public async Task<VmAssignment> RunningAsync(VmAssignment vm)
    {
        ProbeGuest.SkipUnlessBuilt();
        await Source.Driver.PrepareAsync(vm, None);
        await Source.Driver.StartAsync(vm, None);
        await Source.Driver.Console(vm.VmId)!.FollowUntilAsync("probe-ready vm=");
        return vm;
    }

    /// <summary>The target's word: await the next incarnation.</summary>
    public static VmAssignment ToTarget(VmAssignment vm, VmMove move) => vm with
    {
        HostId = "host_target", Incarnation = move.TargetIncarnation, Generation = vm.Generation + 1,
        Move = move with { Role = MoveRole.Target, PeerHostId = "host_source" },
    };

    /// <summary>The source's word: hand over, to where the target listens.</summary>
    public static VmAssignment ToSource(VmAssignment vm, VmMove move, DriverObservation target) => vm with
    {
        Generation = vm.Generation + 1,
        Move = move with
        {
            Role = MoveRole.Source, PeerHostId = "host_target", Ready = true,
            MemoryAddress = target.Move!.MemoryAddress, DiskAddress = target.Move.DiskAddress,
        },
    };

    public static VmMove Move(MoveAlgorithm algorithm = MoveAlgorithm.PreCopy) => new()
    {
        Role = MoveRole.Source, Algorithm = algorithm, PeerHostId = "", TargetIncarnation = 2,
    };

    /// <summary>The target listens; returns the words for both.</summary>
    public async Task<(VmAssignment Source, VmAssignment Target)> ReceivingAsync(VmAssignment vm, VmMove move)
    {
        var target = ToTarget(vm, move);
        await Target.Driver.ReceiveAsync(target, None);
        var seen = await Target.Driver.ObserveAsync(target, None);
        Assert.Equal(MovePhase.Listening, seen.Move!.Phase);
        return (ToSource(vm, move, seen), target);
    }

    /// <summary>The switch: the target goes on, the source is let go.</summary>
    public async Task<VmAssignment> SwitchAsync(VmAssignment source, VmAssignment target)
    {
        Assert.Equal(MovePhase.HandedOver, (await Source.Driver.ObserveAsync(source, None)).Move!.Phase);
        await Eventually.HoldsAsync(
            async () => (await Target.Driver.ObserveAsync(target, None)).Move!.Phase == MovePhase.Loaded, "the target has loaded");
        Assert.Equal(ObservedPower.Paused, (await Target.Driver.ObserveAsync(target, None)).Power);
        var run = target with { Move = null, Generation = target.Generation + 1 };
        await Target.Driver.PrepareAsync(run, None);
        if (run.Power == DesiredPower.Running)
        {
            await Target.Driver.ResumeAsync(run, None);
        }

        await Source.Driver.RemoveAsync(source with { Departed = true, Power = DesiredPower.Absent }, None);
        Assert.Empty(Source.ProcessesOf(source));
        Assert.Single(Target.ProcessesOf(target));
        return run;
    }

    /// <summary>Has the guest's shell fill a part of its disk beyond its image; returns the sum of what is there.</summary>
    public static async Task<string> FillDiskAsync(QemuWorld host, VmAssignment vm)
    {
        await host.TypeAsync(vm, "sh");
        await host.TypeAsync(vm, "dd if=/dev/urandom of=/dev/vda bs=1M seek=100 count=8 conv=fsync 2>/dev/null");
        return await SumOfDiskAsync(host, vm);
    }

    /// <summary>The sum of that part, read from the disk and not from the guest's memory.</summary>
    public static async Task<string> SumOfDiskAsync(QemuWorld host, VmAssignment vm)
    {
        await host.TypeAsync(vm, "echo 3 >/proc/sys/vm/drop_caches; echo sum=$(dd if=/dev/vda bs=1M skip=100 count=8 2>/dev/null | md5sum)");
        var text = await host.Driver.Console(vm.VmId)!.FollowUntilAsync("sum=[0-9a-f]{32}");
        return Regex.Matches(text, "sum=[0-9a-f]{32}")[^1].Value;
    }

    /// <summary>The last line of the guest on a host: which boot, and how far it has counted.</summary>
    public static async Task<(string Boot, long Counter)> LastAsync(QemuWorld host, VmAssignment vm)
    {
        var lines = Regex.Matches(await host.Driver.Console(vm.VmId)!.TextAsync(), @"probe vm=\S+ boot=(\S+) counter=(\d+) ");
        return lines.Count == 0 ? ("", -1) : (lines[^1].Groups[1].Value, long.Parse(lines[^1].Groups[2].Value, null));
    }

    /// <summary>The same boot goes on where it was, and has found none of its pages wrong since.</summary>
    public static async Task GoesOnAsync(QemuWorld host, VmAssignment vm, (string Boot, long Counter) before)
    {
        var text = await host.Driver.Console(vm.VmId)!.FollowUntilAsync(@"(?s)probe vm=.*probe-memory vm=\S+ boot=\S+ checks=\d+ bad=\d+ mib=\d+");
        var lines = Regex.Matches(text, @"probe vm=\S+ boot=(\S+) counter=(\d+) ");
        Assert.All(lines, line => Assert.Equal(before.Boot, line.Groups[1].Value));
        var counted = lines.Select(line => long.Parse(line.Groups[2].Value, null)).ToList();
        Assert.Equal(counted.Order(), counted);
        // The target's console begins with whatever was half said: of the two sides one has each line.
        Assert.InRange(counted[0], 0, before.Counter + 2);
        Assert.True(counted[^1] > before.Counter);
        Assert.All(Regex.Matches(text, @" bad=(\d+) "), line => Assert.Equal("0", line.Groups[1].Value));
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        fleet.Dispose();
    }

    private QemuWorld NewHost(string id) => new(
        options => options.MoveAddress = "127.0.0.1", () => fleet.Of(id == "host_source" ? SourceShows : TargetShows));
}
