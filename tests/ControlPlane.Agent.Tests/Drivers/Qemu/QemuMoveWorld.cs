using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Two hosts on one machine, with certificates, and the service's words to both while a VM moves between them.</summary>
public sealed class QemuMoveWorld : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FleetCertificates fleet = new();
    private readonly Dictionary<QemuWorld, string> ids = [];

    public QemuMoveWorld(Action<AgentOptions>? configure = null)
    {
        A = NewHost("host_a", configure);
        B = NewHost("host_b", configure);
    }

    public QemuWorld A { get; }

    public QemuWorld B { get; }

    /// <summary>Whose certificate a host shows, where it is not its own.</summary>
    public Dictionary<string, string> Shows { get; } = [];

    /// <summary>What a move is where the test says nothing else.</summary>
    public static VmMove Move(MoveAlgorithm algorithm = MoveAlgorithm.PreCopy) => new()
    {
        Role = MoveRole.Source, Algorithm = algorithm, PeerHostId = "", TargetIncarnation = 0,
    };

    /// <summary>A VM whose guest has come up on A.</summary>
    public async Task<VmAssignment> RunningAsync(VmAssignment vm)
    {
        ProbeGuest.SkipUnlessBuilt();
        await A.Driver.PrepareAsync(vm, None);
        await A.Driver.StartAsync(vm, None);
        await A.Driver.Console(vm.VmId)!.FollowUntilAsync("probe-ready vm=");
        return vm;
    }

    /// <summary>The target listens; returns the words for both ends.</summary>
    public async Task<(VmAssignment Source, VmAssignment Target)> ReceivingAsync(
        VmAssignment vm, VmMove move, QemuWorld? from = null, QemuWorld? to = null)
    {
        (from, to) = (from ?? A, to ?? B);
        move = move with { TargetIncarnation = move.TargetIncarnation == 0 ? vm.Incarnation + 1 : move.TargetIncarnation };
        var target = vm with
        {
            HostId = ids[to], Incarnation = move.TargetIncarnation, Generation = vm.Generation + 1,
            Move = move with { Role = MoveRole.Target, PeerHostId = ids[from] },
        };
        await to.Driver.ReceiveAsync(target, None);
        await to.Driver.ReceiveAsync(target, None);
        var seen = (await to.Driver.ObserveAsync(target, None)).Move!;
        Assert.Equal(MovePhase.Listening, seen.Phase);
        var source = vm with
        {
            HostId = ids[from], Generation = vm.Generation + 1,
            Move = move with
            {
                PeerHostId = ids[to], Ready = true, MemoryAddress = seen.MemoryAddress, DiskAddress = seen.DiskAddress,
            },
        };
        return (source, target);
    }

    /// <summary>
    /// The switch: both ends have said their word, the target goes on and the source is let go. An agent that awaited it lets it go on
    /// first; one that was begun anew meanwhile makes sure of its files first.
    /// </summary>
    public async Task<VmAssignment> SwitchAsync(
        VmAssignment source, VmAssignment target, QemuWorld? from = null, QemuWorld? to = null, bool filesFirst = false)
    {
        (from, to) = (from ?? A, to ?? B);
        Assert.Equal(MovePhase.HandedOver, (await from.Driver.ObserveAsync(source, None)).Move!.Phase);
        await Eventually.HoldsAsync(
            async () => (await to.Driver.ObserveAsync(target, None)).Move!.Phase == MovePhase.Loaded, "the target has loaded");
        Assert.Equal(ObservedPower.Paused, (await to.Driver.ObserveAsync(target, None)).Power);
        var run = target with { Move = null, Generation = target.Generation + 1 };
        if (run.Power == DesiredPower.Running && !filesFirst)
        {
            await to.Driver.ResumeAsync(run, None);
        }

        await to.Driver.PrepareAsync(run, None);
        if (run.Power == DesiredPower.Running)
        {
            await to.Driver.ResumeAsync(run, None);
        }

        await from.Driver.RemoveAsync(source with { Departed = true, Power = DesiredPower.Absent }, None);
        Assert.Empty(from.ProcessesOf(source));
        Assert.Null((await to.Driver.ObserveAsync(run, None)).Move);
        return run;
    }

    /// <summary>The whole way; returns what the VM is at the target.</summary>
    public async Task<VmAssignment> GoAsync(VmAssignment vm, VmMove move, QemuWorld from, QemuWorld to, bool isBusy = false)
    {
        var (source, target) = await ReceivingAsync(vm, move, from, to);
        await from.Driver.SendAsync(source, _ => { }, None);
        var before = await LastAsync(from, vm);
        var run = await SwitchAsync(source, target, from, to);
        Assert.Single(to.ProcessesOf(vm));
        await GoesOnAsync(to, run, before);
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
        return lines.Count == 0 ? ("", -1) : (lines[^1].Groups[1].Value, Number(lines[^1]));
    }

    /// <summary>The same boot goes on where it was and counts no number twice, and has found none of its pages wrong.</summary>
    public static async Task GoesOnAsync(QemuWorld host, VmAssignment vm, (string Boot, long Counter) before)
    {
        var text = await host.Driver.Console(vm.VmId)!.FollowUntilAsync(string.Create(CultureInfo.InvariantCulture,
            $@"counter={before.Counter + 1} "));
        var lines = Regex.Matches(text, @"probe vm=\S+ boot=(\S+) counter=(\d+) ");
        Assert.All(lines, line => Assert.Equal(before.Boot, line.Groups[1].Value));
        var counted = lines.Select(Number).ToList();
        Assert.Equal(counted.Distinct().Order(), counted);
        Assert.All(Regex.Matches(text, @" bad=(\d+) "), line => Assert.Equal("0", line.Groups[1].Value));
    }

    /// <summary>Every page is checked once more, and found right. A bad one is told of at once, a good round with each fifth line.</summary>
    public static async Task ItsMemoryIsWholeAsync(QemuWorld host, VmAssignment vm)
    {
        var rounds = Regex.Matches(await host.Driver.Console(vm.VmId)!.TextAsync(), " checks=").Count;
        var text = await host.Driver.Console(vm.VmId)!.FollowUntilAsync($@"(?s)(?: checks=\d+ .*){{{rounds + 1}}} mib=");
        Assert.All(Regex.Matches(text, @" bad=(\d+) "), line => Assert.Equal("0", line.Groups[1].Value));
    }

    public async ValueTask DisposeAsync()
    {
        // A disk that both have goes with the last: mostly the VM has come to B.
        await B.DisposeAsync();
        await A.DisposeAsync();
        fleet.Dispose();
    }

    private static long Number(Match line) => long.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture);

    private QemuWorld NewHost(string id, Action<AgentOptions>? configure)
    {
        var host = new QemuWorld(
            options =>
            {
                options.MoveAddress = "127.0.0.1";
                configure?.Invoke(options);
            },
            () => fleet.Of(Shows.GetValueOrDefault(id, id)));
        ids[host] = id;
        return host;
    }
}
