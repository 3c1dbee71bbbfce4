using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>
/// One random run: a store, replicas of the service on it, hosts with an agent, a watchdog and guests, a network that does its worst, and
/// somebody who moves VMs, changes their policies, pulls plugs and sets clocks. Then it grows calm, and what is wanted must run.
/// </summary>
public sealed class World
{
    private const long Second = 1_000_000;

    /// <summary>How long it is rough, in microseconds of true time.</summary>
    public const long Rough = 60 * Second;

    /// <summary>How long after that all must be as wanted.</summary>
    public const long Settling = 45 * Second;

    private readonly PriorityQueue<Action, (long At, long Order)> events = new();
    private readonly List<string>? trace;
    private long order;

    public World(ulong seed, Protocol protocol, bool traced = false)
    {
        (Seed, Protocol, Dice) = (seed, protocol, new(seed));
        trace = traced ? [] : null;
        Assert.True(LeaseTerms.TryCreate(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), 10, out var terms));
        Terms = terms!;
        var hosts = Dice.Between(2, 4);
        Network = new(this, (int)hosts + 1);
        Hosts = [.. Enumerable.Range(1, (int)hosts).Select(number => new SimulatedHost(this, number))];
        Store = new(this, Dice.Below(3) + 1);
        Replicas = [.. Enumerable.Range(0, Dice.Below(2) + 1).Select(number => new Replica(this, number))];
    }

    public ulong Seed { get; }

    public Protocol Protocol { get; }

    public Dice Dice { get; }

    public LeaseTerms Terms { get; }

    public Network Network { get; }

    public IReadOnlyList<SimulatedHost> Hosts { get; }

    public SimulatedStore Store { get; }

    public IReadOnlyList<Replica> Replicas { get; }

    /// <summary>True time, in microseconds since the run began. Nobody in it can see it.</summary>
    public long Now { get; private set; }

    public bool IsCalm => Now >= Rough;

    /// <summary>What went wrong first, or null.</summary>
    public string? Breach { get; private set; }

    /// <summary>Whether a VM ran twice, or was given away while it ran.</summary>
    public bool RanTwice { get; private set; }

    /// <summary>How often what happened.</summary>
    public Dictionary<string, int> Tally { get; } = [];

    public IEnumerable<string> Trace => trace ?? [];

    public static HostId IdOf(int host) => new(new Guid(host, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public static VmId VmIdOf(int vm) => new(new Guid(vm, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public static int NumberOf(HostId host) => BitConverter.ToInt32(host.Value.ToByteArray());

    public static int NumberOf(VmId vm) => BitConverter.ToInt32(vm.Value.ToByteArray());

    public SimulatedHost HostOf(HostId id) => Hosts[NumberOf(id) - 1];

    public void After(long delay, Action act) => events.Enqueue(act, (Now + delay, order++));

    public void Count(string what) => Tally[what] = Tally.GetValueOrDefault(what) + 1;

    public void Say(FormattableString what)
    {
        trace?.Add(FormattableString.Invariant($"{Now / 1e6,10:F6} {FormattableString.Invariant(what)}"));
    }

    /// <summary>Runs to its end, or to the first breach.</summary>
    public World Run()
    {
        foreach (var host in Hosts) { host.PowerOn(); }
        foreach (var replica in Replicas) { replica.Start(); }
        After(Second, new Troublemaker(this).Next);
        After(Rough, GrowCalm);
        while (Breach is null && events.TryDequeue(out var act, out var when) && when.At < Rough + Settling)
        {
            Now = when.At;
            act();
        }
        if (Breach is null) { CheckWanted(); }
        return this;
    }

    /// <summary>A replica that is up, or null.</summary>
    public Replica? AnyReplica()
    {
        var up = Replicas.Where(replica => replica.Up).ToList();
        return up.Count == 0 ? null : Dice.Pick(up);
    }

    /// <summary>The one rule above all.</summary>
    public void CheckOneRuns(int vm)
    {
        var running = Hosts.Where(host => host.Runs(vm)).ToList();
        if (running.Count > 1)
        {
            var where = running.Select(host => $"{host.Number} as {host.Guests[vm].Is.Incarnation}");
            FailTwice($"VM {vm} runs on hosts {string.Join(" and ", where)}");
        }
    }

    public void FailTwice(string breach)
    {
        RanTwice = true;
        Fail(breach);
    }

    public void Fail(string breach)
    {
        Breach ??= breach;
        Say($"BREACH {breach}");
    }

    private void GrowCalm()
    {
        Say($"calm");
        Network.Calm = true;
        Network.Mend();
        foreach (var host in Hosts) { host.PowerOn(); }
        foreach (var replica in Replicas) { replica.Start(); }
    }

    private void CheckWanted()
    {
        foreach (var (custody, vm) in Store.Vms.Select((custody, vm) => (custody, vm)))
        {
            var owner = HostOf(custody.Owner);
            if (custody.Move is not null) { Fail($"the move of VM {vm} has not ended"); }
            if (!owner.Runs(vm) || owner.Guests[vm].Is.Incarnation != custody.Incarnation) { Fail($"VM {vm} does not run: {custody}"); }
        }
        foreach (var standing in Store.Hosts.Where(standing => standing.State != HostLiveness.Active)) { Fail($"not back: {standing}"); }
    }
}
