using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>One process of the service. It remembers nothing beyond its life but what it has committed.</summary>
public sealed class Replica(World world, int number)
{
    private static readonly FlapTerms Flaps = new(TimeSpan.FromSeconds(5), 3, 1.5);
    private static readonly BrakeTerms Brakes = new(500, 2, TimeSpan.FromSeconds(20));
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(8);

    private readonly Dictionary<HostId, LeaseWatch> watches = [];
    private readonly Dictionary<HostId, Flapping> flapping = [];
    private readonly Dictionary<int, (long Generation, TimeSpan Since)> moves = [];
    private HostClock clock = HostClock.Draw(world.Dice, world.Terms.DriftPermille, 0);
    private LossBrake brake;
    private int life;

    public bool Up { get; private set; }

    private TimeSpan Time => clock.Monotonic(world.Now);

    private SimulatedStore Store => world.Store;

    public void Start()
    {
        if (Up) { return; }
        (Up, clock, brake) = (true, HostClock.Draw(world.Dice, world.Terms.DriftPermille, world.Now), default);
        watches.Clear();
        flapping.Clear();
        moves.Clear();
        life++;
        world.Say($"replica {number} starts");
        Tick(life);
    }

    public void Crash()
    {
        world.Say($"replica {number} crashes");
        Up = false;
    }

    /// <summary>A host says what it has.</summary>
    public void Hello(SimulatedHost host, int agentLife, TimeSpan sentAt, IReadOnlyList<VmWord> words, IReadOnlyList<int> mentions) =>
        Commit(
            () =>
            {
                HearAll(words);
                var standing = Store[host.Id] = Store[host.Id].Welcome(world.Terms);
                return (standing.Session, Granted: standing.Terms, Orders: OrdersFor(host, mentions));
            },
            answer => host.Receive(() => host.Welcomed(agentLife, answer.Session, new(sentAt, answer.Granted), answer.Orders)));

    /// <summary>A host asks for its next lease.</summary>
    public void Renew(SimulatedHost host, long session, TimeSpan sentAt) => Commit(
        () =>
        {
            var outcome = Store[host.Id].Renew(session, out var next);
            Store[host.Id] = next;
            return (Outcome: outcome, Granted: next.Terms);
        },
        answer => host.Receive(() =>
        {
            if (answer.Outcome == RenewalOutcome.Granted) { host.Renewed(session, new(sentAt, answer.Granted)); }
            else { host.Refused(session); }
        }));

    /// <summary>A host says how its VMs are and asks what they shall be.</summary>
    public void Poll(SimulatedHost host, long session, IReadOnlyList<VmWord> words, IReadOnlyList<int> mentions) => Commit(
        () =>
        {
            HearAll(words);
            var standing = Store[host.Id];
            var known = standing.Session == session && standing.State is HostLiveness.Active or HostLiveness.Suspect;
            return known ? OrdersFor(host, mentions) : null;
        },
        orders => host.Receive(() =>
        {
            if (orders is null) { host.Refused(session); } else { host.Told(orders); }
        }));

    /// <summary>A host has ended all and says so.</summary>
    public void Leave(SimulatedHost host, long session, IReadOnlyList<VmWord> words) => Commit(
        () =>
        {
            HearAll(words);
            return Lose(host.Id, new LossProof.AgentsWord(session));
        },
        _ => { });

    /// <summary>An operator says that a host is off, as it was when this session was the newest.</summary>
    public void StateOff(SimulatedHost host, long seen) => Commit(
        () => Lose(host.Id, new LossProof.OperatorsStatement(
            world.Protocol.StatedSession(seen, Store[host.Id].Session), "operator", "it is off")),
        _ => { });

    public void Change(Func<bool> transaction) => Commit(transaction, _ => { });

    // The commit takes a while, now and then a long one, and may happen though its process dies before it can answer.
    private void Commit<T>(Func<T> transaction, Action<T> answer)
    {
        if (!Up) { return; }
        var (mine, survives) = (life, world.Dice.Chance(0.5));
        var delay = !world.IsCalm && world.Dice.Chance(0.03) ? world.Dice.Between(1_000, 12_000_000) : world.Dice.Between(100, 20_000);
        if (world.Protocol.AnswersBeforeCommit) { answer(Store.Preview(transaction)); }
        world.After(delay, () =>
        {
            var alive = Up && life == mine;
            if (!alive && !survives) { return; }
            var result = transaction();
            if (alive && !world.Protocol.AnswersBeforeCommit) { answer(result); }
        });
    }

    private void HearAll(IReadOnlyList<VmWord> words)
    {
        foreach (var word in words)
        {
            world.Protocol.Hear(Store[word.Vm], word, out var next);
            if (next != Store[word.Vm])
            {
                var (vm, host) = (World.NumberOf(word.Vm), World.NumberOf(word.Host));
                world.Say($"replica {number} hears {word.Kind} of {vm}/{word.Incarnation} from {host}");
            }
            Store[word.Vm] = next;
        }
    }

    private List<VmOrder> OrdersFor(SimulatedHost host, IReadOnlyList<int> mentions)
    {
        var session = Store[host.Id].Session;
        return [.. Store.Vms
            .Where(vm => vm.Owner == host.Id || vm.Move?.Target == host.Id || mentions.Contains(World.NumberOf(vm.Vm)))
            .Select(vm => vm.OrderFor(host.Id, session))];
    }

    private void Tick(int mine)
    {
        if (!Up || life != mine) { return; }
        foreach (var host in world.Hosts) { Watch(host.Id); }
        var silent = world.Hosts.Where(host => Store[host.Id].State != HostLiveness.Active && Store[host.Id].Session > 0).ToList();
        brake = brake.Look([.. silent.Select(host => watches[host.Id].Silence(Time))], world.Hosts.Count, Brakes);
        for (var vm = 0; vm < Store.Vms.Length; vm++) { Tend(vm); }
        foreach (var host in world.Hosts.Where(host => Store[host.Id].State == HostLiveness.Lost)) { TryFence(host.Id); }
        world.After(world.Dice.Between(150_000, 350_000), () => Tick(mine));
    }

    private void Watch(HostId host)
    {
        var read = Store[host];
        var watch = watches.TryGetValue(host, out var before) ? before.See(read.Renewals, Time) : world.Protocol.BeginWatch(read, Time);
        watches[host] = watch;
        flapping[host] = flapping.GetValueOrDefault(host).See(Time, Flaps);
        switch (watch.Judge(read.Terms, Time))
        {
            case LeaseVerdict.Missed when read.State == HostLiveness.Active:
                flapping[host] = flapping[host].Count(Time, Flaps);
                Change(() => (Store[host] = Store[host].Suspect(watch.Renewals)) != read);
                break;
            case LeaseVerdict.Over when read.State is HostLiveness.Active or HostLiveness.Suspect:
                Change(() => Lose(host, world.Protocol.Proof(Store[host], watch)));
                break;
            case LeaseVerdict.Held or LeaseVerdict.Missed or LeaseVerdict.Over:
                break;
        }
    }

    private bool Lose(HostId host, LossProof proof)
    {
        var outcome = Store[host].Lose(proof, out var next);
        Store[host] = next;
        if (outcome == LossOutcome.Declared) { world.Count($"loss by {proof.GetType().Name}"); }
        if (outcome == LossOutcome.Declared) { world.Say($"replica {number} declares {World.NumberOf(host)} lost: {proof}"); }
        return outcome == LossOutcome.Declared;
    }

    // What a VM needs next: the switch of its move, the end of a move that cannot be, or another host.
    private void Tend(int vm)
    {
        var custody = Store.Vms[vm];
        if (custody.Move is { } move)
        {
            if (!moves.TryGetValue(vm, out var seen) || seen.Generation != move.Generation) { seen = moves[vm] = (move.Generation, Time); }
            if (world.Protocol.Switch(custody, out _) == CustodyOutcome.Done) { Change(() => TrySwitch(vm)); return; }
            var hopeless = Store[move.Target].State is HostLiveness.Lost or HostLiveness.Fenced || Time - seen.Since > MoveLimit;
            if (hopeless) { Change(() => TryAbandon(vm, move.Generation)); return; }
        }
        var verdict = world.Protocol.Judge(custody, Store[custody.Owner], false, brake);
        if (verdict == LostVmVerdict.WaitsForBrake) { world.Count("restart held by the brake"); }
        if (custody.Ended || verdict == LostVmVerdict.StartsElsewhere) { GiveElsewhere(vm); }
    }

    private bool TrySwitch(int vm)
    {
        if (world.Protocol.Switch(Store.Vms[vm], out var next) != CustodyOutcome.Done) { return false; }
        Store[next.Vm] = next;
        world.Count("switch");
        world.Say($"replica {number} switches VM {vm} to {World.NumberOf(next.Owner)} as {next.Incarnation}");
        return true;
    }

    private bool TryAbandon(int vm, long generation)
    {
        if (Store.Vms[vm].Move?.Generation != generation || Store.Vms[vm].Abandon(out var next) != CustodyOutcome.Done) { return false; }
        world.Count("move abandoned");
        world.Say($"replica {number} abandons the move of VM {vm}");
        Store[next.Vm] = next;
        return true;
    }

    private void GiveElsewhere(int vm)
    {
        var able = world.Hosts.Where(host => Store[host.Id].State == HostLiveness.Active && !flapping[host.Id].HeldBack).ToList();
        if (able.Count == 0) { return; }
        var to = world.Dice.Pick(able).Id;
        Change(() =>
        {
            var custody = Store.Vms[vm];
            var taken = custody.Ended ? CustodyOutcome.Done : world.Protocol.TakeFrom(custody, Store[custody.Owner], out custody);
            if (taken != CustodyOutcome.Done) { return false; }
            if (Store[to].State != HostLiveness.Active || custody.GiveTo(to, out var next) != CustodyOutcome.Done) { return false; }
            Store[next.Vm] = next;
            world.Count("new incarnation elsewhere");
            world.Say($"replica {number} gives VM {vm} to {World.NumberOf(to)} as {next.Incarnation}");
            return true;
        });
    }

    private void TryFence(HostId host)
    {
        var left = Store.Vms.Any(vm => vm.Owner == host && Store[host].ProvesEnded(vm.Promised));
        if (!left) { Change(() => (Store[host] = Store[host].Fence()).State == HostLiveness.Fenced); }
    }
}
