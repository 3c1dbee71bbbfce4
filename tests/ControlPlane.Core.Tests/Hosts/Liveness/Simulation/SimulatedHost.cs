using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>A machine: its guests, its agent and its watchdog. The rules are the product's; here is only what carries them out.</summary>
public sealed class SimulatedHost(World world, int number)
{
    // Kept on disk; the lease with the boot that it belongs to.
    private readonly Dictionary<int, OrderMemory> memories = [];
    private HeldLease? held;

    // In the agent's memory.
    private readonly Dictionary<int, VmOrder> orders = [];
    private int life;
    private long session;
    private TimeSpan lastHello;
    private TimeSpan lastRenewal;
    private bool agentUp;
    private bool leaving;
    private long hangsUntil;

    private int boot;
    private bool on;
    private bool watchdogUp;
    private HostClock clock = HostClock.Draw(world.Dice, world.Terms.DriftPermille, 0);

    public int Number => number;

    public HostId Id { get; } = World.IdOf(number);

    public bool On => on;

    /// <summary>The processes that are there, by VM.</summary>
    public Dictionary<int, Guest> Guests { get; } = [];

    private TimeSpan Time => clock.Monotonic(world.Now);

    private TimeSpan LeaseTime => world.Protocol.LeaseClock(clock, world.Now);

    public bool Runs(int vm) => Guests.TryGetValue(vm, out var guest) && guest.Is.State == EmbodimentState.Running;

    public void PowerOn()
    {
        if (!on)
        {
            world.Say($"host {number} boots");
            (on, clock, held) = (true, HostClock.Draw(world.Dice, world.Terms.DriftPermille, world.Now), null);
            boot++;
        }
        StartWatchdog();
        StartAgent();
    }

    public void PowerOff()
    {
        world.Say($"host {number} loses its power");
        (on, agentUp, watchdogUp) = (false, false, false);
        Guests.Clear();
    }

    public void SetWallClock(long microseconds) => clock.WallOff += microseconds;

    /// <summary>Only while the watchdog looks: of the two, one is there.</summary>
    public void CrashAgent()
    {
        if (!watchdogUp) { return; }
        world.Say($"agent {number} crashes");
        agentUp = false;
    }

    /// <summary>Only while the watchdog looks. One that hangs already does not wake sooner for it.</summary>
    public bool HangAgent(long until)
    {
        if (!watchdogUp || !agentUp) { return false; }
        world.Say($"agent {number} hangs for {(until - world.Now) / 1e6:F3} s");
        hangsUntil = Math.Max(hangsUntil, until);
        return true;
    }

    /// <summary>Only while the agent works.</summary>
    public void CrashWatchdog()
    {
        if (!agentUp || world.Now < hangsUntil) { return; }
        world.Say($"watchdog {number} crashes");
        watchdogUp = false;
    }

    public void StartWatchdog()
    {
        if (!on || watchdogUp) { return; }
        watchdogUp = true;
        WatchdogTick(boot);
    }

    public void StartAgent()
    {
        if (!on || agentUp) { return; }
        (agentUp, session, leaving, hangsUntil, lastHello, lastRenewal) = (true, 0, false, 0, TimeSpan.MinValue, TimeSpan.MinValue);
        orders.Clear();
        life++;
        world.Say($"agent {number} starts life {life}");
        // What was begun and is no longer there died with the machine, or was ended: it never runs again.
        foreach (var (vm, memory) in memories.ToList())
        {
            if (Guests.GetValueOrDefault(vm)?.Is.Incarnation != memory.Begun) { GiveUp(vm, memory.Begun); }
        }
        AgentTick(life);
    }

    /// <summary>The agent ends all, says so, and comes back later as if started anew.</summary>
    public void Leave()
    {
        if (agentUp && session > 0) { leaving = true; }
    }

    /// <summary>A message from the service comes in.</summary>
    public void Receive(Action handle) => world.Network.Send(0, number, () => Handle(handle));

    public void Welcomed(int ofLife, long begun, HeldLease granted, IReadOnlyList<VmOrder> told)
    {
        if (ofLife != life || begun < session) { return; }
        world.Say($"agent {number} is welcomed to session {begun}");
        session = begun;
        Hold(granted);
        Told(told);
    }

    public void Renewed(long ofSession, HeldLease granted)
    {
        if (ofSession == session) { Hold(granted); }
    }

    public void Refused(long ofSession)
    {
        if (ofSession == session && session > 0) { (session, lastHello) = (0, TimeSpan.MinValue); }
    }

    public void Told(IReadOnlyList<VmOrder> told)
    {
        foreach (var order in told.OrderBy(order => order.Will != VmWill.Absent))
        {
            var vm = World.NumberOf(order.Vm);
            var memory = memories.GetValueOrDefault(vm);
            var outcome = world.Protocol.Obey(memory, session, order);
            if (outcome != ObedienceOutcome.Obey) { world.Count($"order refused: {outcome}"); continue; }
            if (orders.GetValueOrDefault(vm)?.Generation != order.Generation)
            {
                world.Say($"agent {number} obeys {order.Will} {vm}/{order.Incarnation} generation {order.Generation}");
            }
            memories[vm] = memory.Told(order);
            orders[vm] = order;
            if (Guests.TryGetValue(vm, out var guest) && guest.Is.Incarnation == order.Incarnation)
            {
                guest.Is = guest.Is with { Policy = order.Policy };
            }
            Work(vm);
        }
    }

    /// <summary>The state of a VM comes from another host.</summary>
    public void StateComes(int vm, long incarnation)
    {
        if (on && Guests.TryGetValue(vm, out var guest) && guest.Is is { State: EmbodimentState.Awaiting } its
            && its.Incarnation == incarnation)
        {
            world.Say($"host {number} has loaded {vm}/{incarnation}");
            guest.Is = its with { State = EmbodimentState.Loaded };
        }
    }

    private void Handle(Action handle)
    {
        if (!agentUp) { return; }
        if (world.Now < hangsUntil) { world.After(hangsUntil - world.Now, () => Handle(handle)); return; }
        handle();
    }

    private void Hold(HeldLease granted)
    {
        var from = world.Protocol.LeaseCountsFrom(granted.SentAt, LeaseTime);
        held = HeldLease.After(held, granted with { SentAt = from });
    }

    private void AgentTick(int mine)
    {
        if (!agentUp || life != mine) { return; }
        if (world.Now < hangsUntil) { world.After(hangsUntil - world.Now, () => AgentTick(mine)); return; }
        if (leaving) { EndAll(); } else { Call(); }
        foreach (var vm in Guests.Keys.Union(orders.Keys).ToList()) { Work(vm); }
        world.After(world.Dice.Between(100_000, 250_000), () => AgentTick(mine));
    }

    private void Call()
    {
        var (words, mentions, mine, of, sentAt) = (Words(), memories.Keys.ToList(), life, session, LeaseTime);
        if (session == 0)
        {
            if (lastHello != TimeSpan.MinValue && Time - lastHello < TimeSpan.FromSeconds(0.5)) { return; }
            lastHello = Time;
            ToService(replica => replica.Hello(this, mine, sentAt, words, mentions));
            return;
        }
        if (lastRenewal == TimeSpan.MinValue || Time - lastRenewal >= world.Terms.RenewAfter)
        {
            lastRenewal = Time;
            ToService(replica => replica.Renew(this, of, sentAt));
        }
        ToService(replica => replica.Poll(this, of, words, mentions));
    }

    private void EndAll()
    {
        foreach (var (vm, guest) in Guests.ToList())
        {
            GiveUp(vm, guest.Is.Incarnation);
            End(vm, guest);
        }
        orders.Clear();
        if (Guests.Count > 0) { return; }
        var (words, of) = (Words(), session);
        world.Say($"agent {number} leaves session {of}");
        ToService(replica => replica.Leave(this, of, words));
        (held, agentUp) = (null, false);
        var (its, was) = (boot, life);
        world.After(world.Dice.Between(100_000, 10_000_000), () => { if (on && boot == its && life == was) { StartAgent(); } });
    }

    private void ToService(Action<Replica> call) => world.Network.Send(number, 0, () =>
    {
        if (world.AnyReplica() is { } replica) { call(replica); }
    });

    private List<VmWord> Words()
    {
        List<VmWord> words = [];
        foreach (var (vm, memory) in memories)
        {
            var there = Guests.GetValueOrDefault(vm);
            if (memory.GivenUp > 0 && (there is null || there.Is.Incarnation > memory.GivenUp))
            {
                words.Add(new(Id, World.VmIdOf(vm), memory.GivenUp, memory.Generation, VmWordKind.GivenUp));
            }
            if (there is null || there.Ending) { continue; }
            if (orders.TryGetValue(vm, out var order) && order.Incarnation == there.Is.Incarnation)
            {
                words.Add(new(Id, order.Vm, order.Incarnation, order.Generation, VmWordKind.Heeded));
            }
            words.AddRange(WordsOf(vm, there));
        }
        return words;
    }

    private IEnumerable<VmWord> WordsOf(int vm, Guest guest)
    {
        var its = guest.Is;
        var id = World.VmIdOf(vm);
        if (its.State == EmbodimentState.Loaded) { yield return new(Id, id, its.Incarnation, 0, VmWordKind.Loaded); }
        if (its.State == EmbodimentState.HandedOver) { yield return new(Id, id, its.Incarnation, its.HandOver, VmWordKind.HandedOver); }
        if (guest.NotSent > 0) { yield return new(Id, id, its.Incarnation, guest.NotSent, VmWordKind.NotSent); }
    }

    private void Work(int vm)
    {
        var guest = Guests.GetValueOrDefault(vm);
        if (guest is { Ending: true }) { return; }
        var stage = world.Protocol.Agent(held, LeaseTime);
        var order = orders.GetValueOrDefault(vm);
        var step = world.Protocol.Step(order, session, memories.GetValueOrDefault(vm), guest?.Is, stage);
        if (step == EmbodimentStep.Rest) { return; }
        var (mine, until) = (life, world.Now + world.Dice.Between(1_000, 12_000_000));
        if (!world.IsCalm && world.Dice.Chance(0.01) && HangAgent(until))
        {
            // It has decided and not yet acted; when it wakes it acts without looking again.
            world.After(until - world.Now, () => { if (agentUp && life == mine) { Act(vm, guest, order, step); } });
            return;
        }
        Act(vm, guest, order, step);
    }

    private void Act(int vm, Guest? guest, VmOrder? order, EmbodimentStep step)
    {
        // A word to a process that has been ended reaches nobody.
        if (guest is not null && Guests.GetValueOrDefault(vm) != guest) { return; }
        if (guest is null && Guests.ContainsKey(vm)) { return; }
        world.Say($"agent {number}: {step} {vm}/{guest?.Is.Incarnation ?? order!.Incarnation}");
        switch (step)
        {
            case EmbodimentStep.Rest:
                break;
            case EmbodimentStep.Begin:
            case EmbodimentStep.BeginAwaiting:
                memories[vm] = memories[vm] with { Begun = order!.Incarnation };
                Guests[vm] = new(new(order.Incarnation,
                    step == EmbodimentStep.Begin ? EmbodimentState.Loaded : EmbodimentState.Awaiting, order.Policy));
                break;
            case EmbodimentStep.Continue:
                world.Count($"goes on from {guest!.Is.State}");
                CheckWord(vm, guest);
                guest.Is = guest.Is with { State = EmbodimentState.Running };
                world.CheckOneRuns(vm);
                break;
            case EmbodimentStep.SendState:
                SendState(vm, guest!, order!);
                break;
            case EmbodimentStep.Pause:
                guest!.Is = guest.Is with { State = EmbodimentState.FencePaused };
                world.Count("guest paused by its agent");
                break;
            case EmbodimentStep.End:
                End(vm, guest!);
                break;
            case EmbodimentStep.GiveUp:
                GiveUp(vm, guest?.Is.Incarnation ?? order!.Incarnation);
                if (guest is not null) { End(vm, guest); }
                world.Count("given up");
                break;
        }
    }

    // A source goes on only by a word later than the one by which it was handed over.
    private void CheckWord(int vm, Guest guest)
    {
        var bare = guest.Is.State == EmbodimentState.HandedOver && orders[vm].Generation <= guest.Is.HandOver;
        if (bare && world.Protocol == Protocol.OfTheProduct) { world.Fail($"VM {vm} goes on at {number} without a word"); }
    }

    private void GiveUp(int vm, long incarnation)
    {
        var memory = memories.GetValueOrDefault(vm);
        memories[vm] = memory with { GivenUp = Math.Max(memory.GivenUp, incarnation) };
    }

    private void End(int vm, Guest guest)
    {
        if (guest.Ending) { return; }
        guest.Ending = true;
        world.After(world.Dice.Between(1_000, 300_000), () =>
        {
            if (Guests.GetValueOrDefault(vm) == guest) { Guests.Remove(vm); }
        });
    }

    private void SendState(int vm, Guest guest, VmOrder order)
    {
        guest.Is = guest.Is with { HandOver = order.Generation };
        var target = World.NumberOf(order.Target!.Value);
        world.After(world.Dice.Between(50_000, 4_000_000), () =>
        {
            var alive = Guests.GetValueOrDefault(vm) == guest && guest.Is.HandOver == order.Generation;
            if (!alive || guest.Is.State is not (EmbodimentState.Running or EmbodimentState.FencePaused)) { return; }
            // A source that says "completed" proves nothing, and one that says "failed" may have sent all.
            var dice = world.Dice.Below(10);
            var (stands, sent) = (dice > 1, dice is not (0 or 2));
            world.Say($"host {number} has sent {vm}/{guest.Is.Incarnation}: stands still {stands}, sent {sent}");
            if (stands) { guest.Is = guest.Is with { State = EmbodimentState.HandedOver }; } else { guest.NotSent = order.Generation; }
            if (sent && !world.Network.IsCut(number, target))
            {
                world.After(world.Dice.Between(1_000, 100_000), () => world.Hosts[target - 1].StateComes(vm, order.TargetIncarnation));
            }
        });
    }

    private void WatchdogTick(int ofBoot)
    {
        if (!watchdogUp || boot != ofBoot) { return; }
        var stage = world.Protocol.Watchdog(held, LeaseTime);
        foreach (var (vm, guest) in Guests.ToList())
        {
            if (EmbodimentRule.UnderFence(guest.Is, stage) == EmbodimentStep.GiveUp && !guest.Ending)
            {
                world.Count("guest ended by the watchdog");
                world.Say($"watchdog {number} ends {vm}/{guest.Is.Incarnation}");
                End(vm, guest);
            }
        }
        world.After(world.Dice.Between(100_000, 300_000), () => WatchdogTick(ofBoot));
    }
}
