using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Contracts.Operations;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>
/// Accepts a VM's move: finds the target, takes its room there beside the room that it has, and begins the operation, all in one turn of
/// the lane. The hosts are charged twice meanwhile, the pools once.
/// </summary>
public sealed class MigrationEntrance(PlacementService placements, OperationStarter operations, IOptions<MigrationOptions> options)
{
    /// <summary>202 with the operation, or why not.</summary>
    internal async Task<Answer> AcceptAsync(StoreSession session, Vm vm, MigrateVm body, RequestTerms terms)
    {
        var algorithm = Words.Parse<MigrationAlgorithm>(body.Algorithm);
        if (vm.Operation is { } running) { return OperationStarter.InProgress(running); }
        if (MigrationRefusals.OfState(vm, algorithm) is { } wrong) { return wrong; }
        var (named, problem) = Target(session, vm, body.Host);
        if (problem is not null) { return problem; }
        if (await TooManyAsync(session, vm, named) is { } many) { return many; }
        var group = vm.AffinityGroup is { } id ? await session.Db.AffinityGroups.FirstOrDefaultAsync(row => row.Id == id) : null;
        var chain = session.Ledger.Chain(session.Ledger.Pool(vm.Pool)!);
        var demand = MigrationDemand.Of(vm, algorithm, chain, session.Fleet, group) with { Host = named?.Id };
        var decision = placements.Decide(session.Fleet, demand);
        return decision.Placement.Choice.Best is { Engine: { } engine } best
            ? Accept(session, vm, body, terms, decision, best, engine)
            : named is null ? PlacementService.Refusal(decision) : MigrationRefusals.OfHost(named, decision);
    }

    private static (Host? Named, Problem? Problem) Target(StoreSession session, Vm vm, string? text)
    {
        if (text is null) { return (null, null); }
        if (session.Ledger.Host(text) is not { } host) { return (null, Problem.NotFound("host", text)); }
        return host.Id == vm.Host ? (null, MigrationRefusals.SameHost(vm, host))
            : vm.Departing.Contains(host.Id) ? (null, MigrationRefusals.StillThere(vm, host.Name.ToString())) : (host, null);
    }

    private async Task<Problem?> TooManyAsync(StoreSession session, Vm vm, Host? named)
    {
        var most = options.Value.MaxPerHost;
        // A turn may begin several: those before this are counted too. Hosts are everybody's, and so are the moves that they take part in.
        await session.SaveAsync();
        var (vms, rooms) = (session.Db.Vms.IgnoreQueryFilters(), session.Db.Allocations.IgnoreQueryFilters());
        foreach (var host in new[] { vm.Host, named?.Id }.OfType<HostId>())
        {
            var leaving = await vms.CountAsync(other => other.Host == host && other.Activity == VmActivity.Migrating);
            var coming = await rooms.CountAsync(held => held.Host == host && held.ForMove);
            if (leaving + coming >= most) { return MigrationRefusals.TooMany(session.Fleet.Find(host)?.Name ?? host.ToString(), most); }
        }
        return null;
    }

    private Answer Accept(
        StoreSession session, Vm vm, MigrateVm body, RequestTerms terms, Decision decision, Candidate chosen, EngineKind engine)
    {
        if (vm.Departing.Contains(chosen.Host)) { return MigrationRefusals.StillThere(vm, chosen.Host.ToString()); }
        if (session.TryClaim(chosen.Host, engine, [], decision.Demand, out var seat) != AllocationOutcome.Allocated)
        {
            return PlacementService.Refusal(decision);
        }
        var target = $"vms/{vm.Id}";
        var room = new Allocation(new(Guid.CreateVersion7(session.Now)), vm.Project, vm.Pool, chosen.Host, engine, target, vm.Id,
            decision.Demand.Resources, session.Now, seat).AwaitingMove();
        session.Keep(room);
        var placement = PlacementService.Keep(session, decision, chosen, vm.Project, target);
        var plan = PlanOf(session, vm, body, chosen.Host, engine, room, placement);
        var operation = OperationStarter.Begin(session, terms, OperationKind.MigrateVm, target, MigrationTables.StepsOf(plan), plan);
        operation.Placement = placement.ToString();
        operation.Begin(0, session.Now);
        operation.Complete(0, session.Now);
        vm.TryBegin(operation.Id, VmActivity.Migrating);
        return Answered(operations.Accepted(operation), terms, decision);
    }

    private static MigrationPlan PlanOf(
        StoreSession session, Vm vm, MigrateVm body, HostId target, EngineKind engine, Allocation room, PlacementId placement)
    {
        var algorithm = Words.Parse<MigrationAlgorithm>(body.Algorithm);
        var source = session.Ledger.Host(vm.Host!.Value)?.Engine(vm.Engine ?? EngineKind.Software);
        var before = vm.DesiredPower;
        var move = new Migration
        {
            Target = target, Engine = engine, Allocation = room.Id, Seat = room.Seat, Placement = placement,
            Incarnation = 0, Generation = 0, Power = before, Terms = new()
            {
                Algorithm = algorithm, BandwidthMiBPerSecond = body.BandwidthMiBPerSecond, DowntimeLimitMs = body.DowntimeLimitMs,
                AutoConverge = body.AutoConverge, Channels = body.Channels, Tls = body.Tls, TimeoutSeconds = body.TimeoutSeconds,
            },
            SharedDisk = SharedDisks.Both(session.Ledger.Host(vm.Host.Value), session.Ledger.Host(target)),
            Machine = algorithm == MigrationAlgorithm.Cold || source is null ? null : new(source.CpuModel, source.MachineType),
        };
        return new(vm.Host.Value, move, before, body.StopTimeoutSeconds);
    }

    // A rehearsal keeps no record that could be read later: it gives the verdicts themselves.
    private static Answer Answered(Answer answer, RequestTerms terms, Decision decision) =>
        terms.ValidateOnly && answer is Answer.Done { Body: OperationResource { Migration: { } migration } view } done
            ? done with { Body = view with { Migration = migration with { Preflight = PlacementView.Of(decision, null) } } } : answer;
}
