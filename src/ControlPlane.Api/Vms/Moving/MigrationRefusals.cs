using ControlPlane.Api.Http;
using ControlPlane.Api.Placements;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>Why a VM is not moved, each with the way out.</summary>
internal static class MigrationRefusals
{
    private static readonly string[] ofMachine =
        ["machine", "cpu-features", "cpu-model", "architecture", "firmware", "driver"];

    /// <summary>What does not run cannot be moved live, and what is on its way somewhere cannot be moved at all.</summary>
    internal static Problem? OfState(Vm vm, MigrationAlgorithm algorithm)
    {
        if (vm.State is VmState.Running or VmState.Paused) { return null; }
        if (vm.State == VmState.Stopped)
        {
            return algorithm == MigrationAlgorithm.Cold ? null : new Problem(ProblemCode.InvalidState,
                $"VM '{vm.Name}' is STOPPED: there is nothing to move live. Take the algorithm COLD, or start it first.");
        }
        return new Problem(ProblemCode.InvalidState,
            $"VM '{vm.Name}' is {Words.Of(vm.State)}; {Words.Of(OperationKind.MigrateVm)} needs it to be RUNNING, PAUSED or, for COLD, "
            + "STOPPED.");
    }

    internal static Problem SameHost(Vm vm, Host host) => new(ProblemCode.SameHost,
        $"VM '{vm.Name}' is on host '{host.Name}' already; name another, or none to let the scheduler choose.");

    internal static Problem StillThere(Vm vm, string host) => new(ProblemCode.Conflict,
        $"Host '{host}' has not yet let go what it had of VM '{vm.Name}'; try again when it has, or take another host.");

    internal static Problem TooMany(string host, int most) => new(ProblemCode.MigrationLimit,
        $"Host '{host}' takes part in {most} moves already, which is its most; try again when one has ended.");

    /// <summary>The one host that was named does not take it.</summary>
    internal static Problem OfHost(Host host, Decision decision)
    {
        var checks = decision.Placement.Explain().First(verdict => verdict.Host == host.Id).Checks
            .Where(check => check.Verdict != Verdict.Pass).ToList();
        if (checks.Find(check => ofMachine.Contains(check.Name)) is { } machine)
        {
            return new Problem(ProblemCode.IncompatibleHost, $"Host '{host.Name}' gives the guest another machine: {machine.Name} is "
                + $"{machine.Have}, and it needs {machine.Need}. Name another host, or move it with the algorithm COLD.")
                .WithRecord(decision);
        }
        if (checks.Find(check => check.Name == "engine") is { Verdict: Verdict.Mismatch or Verdict.TooSmall } engine)
        {
            return new Problem(ProblemCode.IncompatibleHost, $"Host '{host.Name}' has the engine {engine.Have}, and the guest runs on "
                + $"{engine.Need}: there is no live way from one to the other. Move it with the algorithm COLD, or name another host.")
                .WithRecord(decision);
        }
        if (checks.Find(check => check.Name is "state" or "engine") is { } state)
        {
            return new Problem(ProblemCode.HostUnavailable, $"Host '{host.Name}' takes no VM now: {state.Name} is {state.Have}, and "
                + $"{state.Need} is needed. Uncordon it, start its engine, or name another host.").WithRecord(decision);
        }
        return Allocations.NamedHostRefusal.Of(host, decision);
    }
}
