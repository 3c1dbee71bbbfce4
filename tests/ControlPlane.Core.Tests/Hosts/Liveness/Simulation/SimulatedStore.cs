using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>What is durable at the service. Each transaction sees all before it and is there wholly or not at all.</summary>
public sealed class SimulatedStore
{
    private readonly World world;

    public SimulatedStore(World world, int vms)
    {
        this.world = world;
        Hosts = [.. world.Hosts.Select(host => HostStanding.New(World.IdOf(host.Number), world.Terms))];
        Vms = [.. Enumerable.Range(0, vms).Select(vm => Custody.New(
            World.VmIdOf(vm), World.IdOf(world.Dice.Below(world.Hosts.Count) + 1),
            world.Dice.Chance(0.8) ? LossPolicy.RestartElsewhere : LossPolicy.Stay))];
    }

    public HostStanding[] Hosts { get; private set; }

    public Custody[] Vms { get; private set; }

    public HostStanding this[HostId host]
    {
        get => Hosts[World.NumberOf(host) - 1];
        set => Hosts[World.NumberOf(host) - 1] = value;
    }

    public Custody this[VmId vm]
    {
        get => Vms[World.NumberOf(vm)];
        set
        {
            // Whoever is given a VM may run it from this moment on: no other may still.
            var before = Vms[World.NumberOf(vm)];
            Vms[World.NumberOf(vm)] = value;
            if (value.Owner == before.Owner && value.Incarnation == before.Incarnation) { return; }
            foreach (var host in world.Hosts.Where(host => host.Runs(World.NumberOf(vm))))
            {
                world.FailTwice(
                    $"VM {World.NumberOf(vm)} is given to {World.NumberOf(value.Owner)} as {value.Incarnation} while {host.Number} runs it");
            }
        }
    }

    /// <summary>Answers a transaction from what it would do, and does nothing.</summary>
    public T Preview<T>(Func<T> transaction)
    {
        var (hosts, vms) = (Hosts.ToArray(), Vms.ToArray());
        var result = transaction();
        (Hosts, Vms) = (hosts, vms);
        return result;
    }
}
