using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Vms;
using ControlPlane.Api.Vms.Moving;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;
using ControlPlane.Core.Vms.Moving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>
/// One turn of a lost host's recovery: takes in how its children ended, decides of each VM by the rules, and gives to other hosts what may
/// be given, as far as there may be more at once.
/// </summary>
public sealed class RecoveryTurn(PlacementService placements, FleetBrake brake, IOptions<HostLossOptions> options)
{
    private const string Back = "its host is back";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    private static readonly string[] steps = [VmOperationTables.Claim, VmOperationTables.Start];

    /// <summary>Whether another VM may be begun.</summary>
    internal bool HasTurn(HostRecovery recovery) => recovery.AtWork < options.Value.RecoveryParallelism;

    /// <summary>Takes the turn.</summary>
    internal async Task<OperationFault?> NextAsync(StepScope scope)
    {
        var (session, recovery) = (scope.Session, HostRecovery.Of(scope.Operation)!);
        var host = RecoveryTables.HostOf(scope.Operation);
        var standing = (await Standings.FindAsync(session, host))?.Read();
        await TakeInAsync(session, recovery);
        await AddAsync(session, host, recovery);
        // Time in which nothing may be started is no time in which room was looked for.
        var whole = session.Now.AddSeconds(options.Value.RecoveryDeadlineSeconds);
        if (brake.State.Holds && whole > recovery.Deadline) { recovery.Deadline = whole; }
        for (var i = 0; i < recovery.Items.Count; i++)
        {
            var item = recovery.Items[i];
            if (!item.Open || item.Operation is not null || item.NotBefore > session.Now) { continue; }
            recovery.Items[i] = await DecideAsync(scope, host, standing, recovery, item);
            await session.SaveAsync();
        }
        scope.Operation.Parts = Math.Max(1, recovery.Items.Count);
        scope.Operation.Arguments = StoreJson.Write(recovery);
        return null;
    }

    private static async Task TakeInAsync(StoreSession session, HostRecovery recovery)
    {
        for (var i = 0; i < recovery.Items.Count; i++)
        {
            if (recovery.Items[i] is not { Open: true, Operation: { } id } item) { continue; }
            if (await session.OperationAsync(id) is not { Done: true } child) { continue; }
            recovery.Items[i] = child.State == OperationState.Succeeded ? item with { Done = true, Detail = null }
                : item with { Failed = true, Detail = child.Fault?.Message ?? "its operation did not succeed" };
        }
    }

    // Those of the highest priority first; who was on the way there when it was lost stands last.
    private static async Task AddAsync(StoreSession session, HostId host, HostRecovery recovery)
    {
        var known = recovery.Items.Select(item => item.Vm).ToHashSet(StringComparer.Ordinal);
        var there = await session.Db.Vms.Where(vm => vm.Host == host).ToListAsync();
        recovery.Items.AddRange(there.Where(vm => !known.Contains(vm.Id.ToString()))
            .OrderByDescending(vm => vm.Priority).ThenBy(vm => vm.Id.ToString(), StringComparer.Ordinal)
            .Select(vm => new RecoveryItem
            {
                Vm = vm.Id.ToString(), Name = vm.Name.ToString(), Project = vm.Project, Priority = vm.Priority,
                NotBefore = session.Now,
            }));
    }

    private async Task<RecoveryItem> DecideAsync(
        StepScope scope, HostId host, HostStanding? standing, HostRecovery recovery, RecoveryItem item)
    {
        var session = scope.Session;
        var vm = await session.Db.Vms.FirstOrDefaultAsync(row => row.Id == VmId.Parse(item.Vm));
        if (vm is null || vm.Host != host || standing is null) { return item with { Done = true, Detail = null }; }
        if (standing.Session != recovery.Session) { return item with { Done = true, Detail = Back }; }
        var onlyThere = VmLossPolicy.OnlyThere(vm.Spec, session.Ledger.Host(host));
        var verdict = vm.JudgeLoss(standing, onlyThere, brake.State);
        item = item with { Verdict = verdict };
        switch (verdict)
        {
            case LostVmVerdict.NotLost:
                vm.Find();
                return item with { Done = true, Detail = Back };
            case LostVmVerdict.NotProvenEnded or LostVmVerdict.DisksLost:
                return Tell(session, vm, item) with { Left = true };
            case LostVmVerdict.WaitsForBrake:
                return Tell(session, vm, item) with { NotBefore = session.Now + patience };
            case LostVmVerdict.StartsElsewhere:
                return await StartAsync(scope, standing, recovery, Tell(session, vm, item), vm);
            default: throw new InvalidOperationException($"{verdict} is no verdict");
        }
    }

    private static RecoveryItem Tell(StoreSession session, Vm vm, RecoveryItem item, string? detail = null)
    {
        var words = detail ?? Words(item.Verdict);
        vm.Lose(new(item.Verdict, words, session.Now));
        return item with { Detail = words };
    }

    private static string Words(LostVmVerdict verdict) => verdict switch
    {
        LostVmVerdict.NotLost => "Its host is not lost.",
        LostVmVerdict.NotProvenEnded => "Its host is lost and never promised to end it with its lease, so it may run there. When the "
            + "machine is off, POST /v1/hosts/{host}/declare-lost says so.",
        LostVmVerdict.DisksLost => "Its host is lost, and a disk of it was on that host alone: an empty one would hide the loss. It is "
            + "what it was when the host comes back.",
        LostVmVerdict.WaitsForBrake => "So many hosts are silent at once that nothing is started elsewhere: likely the service is cut off.",
        LostVmVerdict.StartsElsewhere => "Its host is lost; it waits for its turn to be started on another.",
    };

    private async Task<RecoveryItem> StartAsync(
        StepScope scope, HostStanding standing, HostRecovery recovery, RecoveryItem item, Vm vm)
    {
        var session = scope.Session;
        var later = item with { NotBefore = session.Now + patience };
        if (!HasTurn(recovery)) { return item; }
        if (vm.Operation is { } other)
        {
            // What was being done to it there cannot be done any more: it ends by its own time, or at once where that can be asked for.
            if (await session.OperationAsync(other) is { } running && scope.Tables.Cancellable(running)) { running.Cancel(); }
            return later with { Detail = $"operation {other} is at work on it" };
        }
        if (vm.DesiredPower == Power.Absent || vm.Allocation is null) { return item with { Left = true, Detail = "it was never made" }; }
        var decision = await FindAsync(session, vm);
        var terms = ChildOperations.TermsFor(scope.Operation.Id, vm.Project, scope.Operation.Actor);
        if (decision.Placement.Choice.Best is { Engine: { } engine } best
            && session.TryClaim(best.Host, engine, [], decision.Demand, out var seat) == AllocationOutcome.Allocated)
        {
            return item with { Operation = await GiveAsync(session, standing, terms, vm, (decision, best, engine, seat)), Detail = null };
        }
        var why = PlacementService.Refusal(decision).Detail;
        if (session.Now < recovery.Deadline)
        {
            return Tell(session, vm, later, $"Its host is lost, and no other can take it now: {why}");
        }
        Tell(session, vm, item, $"Its host is lost, and no other could take it in time: {why}");
        var refused = OperationStarter.Begin(session, terms, OperationKind.RestartVmElsewhere, $"vms/{vm.Id}", steps,
            new RestartPlan(standing.Host, null, why));
        return item with { Operation = refused.Id, Detail = why };
    }

    private async Task<Decision> FindAsync(StoreSession session, Vm vm)
    {
        var group = vm.AffinityGroup is { } id ? await session.Db.AffinityGroups.FirstOrDefaultAsync(row => row.Id == id) : null;
        var chain = session.Ledger.Chain(session.Ledger.Pool(vm.Pool)!);
        var demand = MigrationDemand.Of(vm, MigrationAlgorithm.Cold, chain, session.Fleet, group);
        // Elsewhere there is no disk of it, and an empty one would be made.
        return placements.Decide(session.Fleet, vm.Spec.DiskGiB == 0 ? demand : demand with { SharedDisks = StorageOf(session, vm) });
    }

    private static string? StorageOf(StoreSession session, Vm vm) => session.Ledger.Host(vm.Host!.Value)?.Platform.SharedDisks;

    // One transaction: who may run it, whose room it is, what the lost host must let go, and the operation that sees to it. Its pools are
    // charged as before.
    private static async Task<OperationId> GiveAsync(
        StoreSession session, HostStanding standing, RequestTerms terms, Vm vm,
        (Decision Decision, Candidate Best, EngineKind Engine, NumaSeat? Seat) found)
    {
        var target = $"vms/{vm.Id}";
        var room = new Allocation(new(Guid.CreateVersion7(session.Now)), vm.Project, vm.Pool, found.Best.Host, found.Engine, target, vm.Id,
            found.Decision.Demand.Resources, session.Now, found.Seat);
        session.Keep(room);
        var placement = PlacementService.Keep(session, found.Decision, found.Best, vm.Project, target);
        var operation = OperationStarter.Begin(session, terms, OperationKind.RestartVmElsewhere, target, steps,
            new RestartPlan(standing.Host, found.Best.Host, null));
        operation.Placement = placement.ToString();
        vm.TryBegin(operation.Id, VmActivity.Recovering);
        await GiveBackAsync(session, vm);
        var before = await session.Db.Departures.FirstOrDefaultAsync(row => row.Host == found.Best.Host && row.Vm == vm.Id);
        if (before is not null) { session.Db.Departures.Remove(before); }
        session.Db.Departures.Add(
            vm.GiveElsewhere(standing, (found.Best.Host, found.Engine, room.Id, found.Seat, placement), session.Now));
        vm.ChooseLossPolicy(VmLossPolicy.Of(vm.Spec, session.Ledger.Host(found.Best.Host)));
        vm.Find();
        return operation.Id;
    }

    private static async Task GiveBackAsync(StoreSession session, Vm vm)
    {
        var held = await session.Db.Allocations.FirstAsync(row => row.Id == vm.Allocation);
        var host = await session.Db.Hosts.FirstAsync(row => row.Id == held.Host);
        var outcome = Ledger.Give(held, host, [], held.Resources);
        Invariant.Check(outcome == AllocationOutcome.Allocated, "a lost host gives back what a VM held there");
        session.Db.Allocations.Remove(held);
    }
}
