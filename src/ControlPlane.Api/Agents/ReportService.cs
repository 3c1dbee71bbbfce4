using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Agents;

/// <summary>Takes agents' reports in: writes what was observed, and nothing that operations write.</summary>
public sealed class ReportService(Store store, IOptions<LocalHostOptions> local, ILogger<ReportService> logger)
{
    /// <summary>Returns when the report is durable.</summary>
    public Task ApplyAsync(AgentReport report, CancellationToken ct) => store.WriteAsync(null, async session =>
    {
        if (report.HostId is { } host) { await ApplyHostAsync(session, HostId.Parse(host), report); }
        foreach (var observation in report.Vms) { await ApplyVmAsync(session, report.HostId, observation); }
        return true;
    }, ct);

    /// <summary>
    /// Takes a report of a host elsewhere, whole or not at all: null when it is durable, else why nothing of it was taken, with the
    /// observations that were the reason.
    /// </summary>
    public Task<Problem?> TakeAsync(HostId host, AgentReport report, CancellationToken ct) => store.WriteAsync(null, async session =>
    {
        if (await RefuseAsync(session, host, report) is { } refusal)
        {
            session.RollBack();
            return refusal;
        }
        await ApplyHostAsync(session, host, report);
        foreach (var observation in report.Vms) { await ApplyVmAsync(session, host.ToString(), observation); }
        return (Problem?)null;
    }, ct);

    // What has no record here is passed over: it was removed a moment ago, or is a stray that the host's conditions tell of.
    private async Task<Problem?> RefuseAsync(StoreSession session, HostId host, AgentReport report)
    {
        List<RefusedObservation> refused = [];
        foreach (var seen in report.Vms)
        {
            if (!VmId.TryParse(seen.VmId, out var id) || await session.VmAsync(id) is not { } vm) { continue; }
            if (vm.MigrationTarget == host) { continue; }
            if (vm.Host != host && await session.Db.Departures.AnyAsync(gone => gone.Host == host && gone.Vm == id)) { continue; }
            var code = vm.Host != host ? ProblemCode.ForeignVm : seen.Incarnation < vm.Incarnation ? ProblemCode.OldIncarnation : null;
            if (code is null) { continue; }
            refused.Add(new(seen.VmId, code.Text));
            AgentsLog.Refused(logger, seen.VmId, host, code.Text);
        }
        return refused.Count == 0 ? null : Refusal(refused);
    }

    private static Problem Refusal(List<RefusedObservation> refused)
    {
        var foreign = refused.Find(one => one.Code == ProblemCode.ForeignVm.Text);
        var vm = (foreign ?? refused[0]).VmId;
        var problem = foreign is not null
            ? new Problem(ProblemCode.ForeignVm, $"VM {vm} is not on this host; nothing of the report was taken. Send the rest without "
                + "those in refused, and ask for the assignments anew with after=0: what they do not list is not this host's.")
            : new Problem(ProblemCode.OldIncarnation, $"VM {vm} has a newer incarnation; nothing of the report was taken. Send the rest "
                + "without those in refused, and ask for the assignments anew with after=0.");
        return problem.With("refused", refused);
    }

    private async Task ApplyHostAsync(StoreSession session, HostId id, AgentReport report)
    {
        if (report.Facts is null && report.Conditions is null) { return; }
        var host = await session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == id);
        if (report.Facts is { } facts)
        {
            var settings = local.Value;
            if (host is null) { session.Db.Hosts.Add(host = LocalHostInventory.Register(id, settings, facts, session.Now)); }
            else { LocalHostInventory.Follow(host, facts); }
            LocalHostInventory.Prove(host, facts, session.Now);
            AgentsLog.Registered(logger, id, host.Name.ToString(), facts.Vcpus, facts.MemoryMiB, facts.DiskGiB,
                facts.QemuVersion ?? "missing");
            foreach (var engine in facts.Engines)
            {
                AgentsLog.Proved(logger, id, AgentWords.Kind(engine.Engine), engine.Proved, engine.Reason, engine.Message);
            }
        }
        if (host is not null && report.Conditions is { } conditions)
        {
            host.Conditions = conditions.Aggregate(host.Conditions, (all, next) => Condition.With(all, AgentWords.Condition(next)));
        }
    }

    private async Task ApplyVmAsync(StoreSession session, string? host, VmObservation seen)
    {
        if (!VmId.TryParse(seen.VmId, out var id)) { return; }
        var vm = await session.VmAsync(id);
        if ((host ?? seen.HostId) is { } from && vm?.Host?.ToString() != from)
        {
            await ApplyElsewhereAsync(session, HostId.Parse(from), id, vm, seen);
            return;
        }
        if (vm is null) { return; }
        if (vm.Migration is not null) { await MoveReports.OfSourceAsync(session, vm, seen); }
        var before = (vm.ObservedPower, vm.ProcessId, vm.Restarts, vm.Failure);
        vm.Observe(Of(seen));
        if (before == (vm.ObservedPower, vm.ProcessId, vm.Restarts, vm.Failure)) { return; }
        AgentsLog.Observed(logger, id, vm.ObservedPower, vm.ProcessId, vm.Restarts);
        if (vm.Failure is { } failure) { AgentsLog.Failed(logger, id, vm.FailureReason ?? "Failed", failure); }
    }

    // Of a host that it is on its way to, or that was to let it go.
    private async Task ApplyElsewhereAsync(StoreSession session, HostId host, VmId id, Vm? vm, VmObservation seen)
    {
        if (vm is not null && vm.MigrationTarget == host)
        {
            vm.ObserveTarget(seen.Incarnation, MoveReports.Of(seen));
            return;
        }
        if (await session.Db.Departures.FirstOrDefaultAsync(gone => gone.Host == host && gone.Vm == id) is not { } departure)
        {
            if (vm is not null) { AgentsLog.Foreign(logger, seen.VmId, host.ToString()); }
            return;
        }
        if (seen is not { Power: ObservedPower.Absent, Failure: null } || seen.Generation < departure.Generation) { return; }
        session.Db.Departures.Remove(departure);
        // The context's own, now that there is one.
        if (await session.VmAsync(id) is { } known) { known.HasDeparted(host); }
        AgentsLog.Departed(logger, seen.VmId, host);
    }

    private static VmReport Of(VmObservation seen) => new()
    {
        Incarnation = seen.Incarnation,
        Generation = seen.Generation,
        PreparedGeneration = seen.PreparedGeneration,
        Power = AgentWords.Seen(seen.Power),
        Failure = seen.Failure,
        FailureReason = seen.FailureReason,
        StartedAt = seen.StartedAt,
        ProcessId = seen.ProcessId,
        Restarts = seen.Restarts,
        Conditions = [.. seen.Conditions.Select(AgentWords.Condition)],
        IsolationControls = seen.IsolationControls,
    };
}
