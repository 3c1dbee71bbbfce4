using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>Begins moves, changes policies, and breaks things, until it grows calm.</summary>
public sealed class Troublemaker(World world)
{
    private Dice Dice => world.Dice;

    public void Next()
    {
        if (world.IsCalm) { return; }
        Do();
        world.After(Dice.Between(10_000, 2_500_000), Next);
    }

    private void Do()
    {
        var host = Dice.Pick(world.Hosts);
        var span = Dice.Chance(0.5) ? Dice.Between(10_000, 2_000_000) : Dice.Between(2_000_000, 15_000_000);
        switch (Dice.Below(16))
        {
            case 0 or 1: CutOff(host, span); break;
            case 2: world.Network.Cut(host.Number, Dice.Pick(world.Hosts).Number, world.Now + span); break;
            case 3: Crash(Dice.Pick(world.Replicas), span); break;
            case 4: host.CrashAgent(); Later(span, host.StartAgent); break;
            case 5: host.HangAgent(world.Now + span); break;
            case 6: host.CrashWatchdog(); Later(span, host.StartWatchdog); break;
            case 7: PullThePlug(host, span); break;
            case 8: host.SetWallClock(Dice.Between(-20_000_000, 20_000_000)); break;
            case 9: host.Leave(); break;
            case 10: Choose(); break;
            case 11: CutOffAll(span); break;
            default: Move(); break;
        }
    }

    private void Later(long span, Action act) => world.After(span, () => { if (!world.IsCalm) { act(); } });

    private void CutOff(SimulatedHost host, long span)
    {
        var directions = Dice.Below(3);
        world.Say($"host {host.Number} is cut off for {span / 1e6:F3} s, direction {directions}");
        if (directions != 0) { world.Network.Cut(host.Number, 0, world.Now + span); }
        if (directions != 1) { world.Network.Cut(0, host.Number, world.Now + span); }
    }

    private void CutOffAll(long span)
    {
        if (!Dice.Chance(0.3)) { return; }
        foreach (var host in world.Hosts) { CutOff(host, span); }
    }

    private void Crash(Replica replica, long span)
    {
        if (replica.Up) { replica.Crash(); }
        Later(span, replica.Start);
    }

    private void PullThePlug(SimulatedHost host, long span)
    {
        if (!host.On) { return; }
        host.PowerOff();
        Later(span, host.PowerOn);
        if (Dice.Chance(0.5)) { Later(Dice.Between(0, span), () => Look(host)); }
    }

    // Who says that a machine is off has looked, and truly saw it off; until it is said it may be on again.
    private void Look(SimulatedHost host)
    {
        var seen = world.Store[host.Id].Session;
        if (!host.On) { world.After(Dice.Between(100_000, 15_000_000), () => world.AnyReplica()?.StateOff(host, seen)); }
    }

    private void Choose()
    {
        var vm = Dice.Below(world.Store.Vms.Length);
        var policy = Dice.Pick<LossPolicy>([LossPolicy.RestartElsewhere, LossPolicy.Stay]);
        world.AnyReplica()?.Change(() =>
        {
            var outcome = world.Store.Vms[vm].Choose(policy, out var next);
            if (next != world.Store.Vms[vm]) { world.Say($"VM {vm} is to {policy}"); }
            world.Store[next.Vm] = next;
            return outcome == CustodyOutcome.Done;
        });
    }

    private void Move()
    {
        var (vm, target) = (Dice.Below(world.Store.Vms.Length), Dice.Pick(world.Hosts).Id);
        world.AnyReplica()?.Change(() =>
        {
            if (world.Store[target].State != HostLiveness.Active) { return false; }
            if (world.Store.Vms[vm].Begin(target, out var next) != CustodyOutcome.Done) { return false; }
            world.Say($"VM {vm} begins to move to {World.NumberOf(target)} as {next.Move!.Incarnation}");
            world.Store[next.Vm] = next;
            return true;
        });
    }
}
