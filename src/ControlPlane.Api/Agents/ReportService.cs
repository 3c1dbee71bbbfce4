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
            AgentsLog.Registered(logger, id, settings.Name, facts.Vcpus, facts.MemoryMiB, facts.DiskGiB, facts.QemuVersion ?? "missing");
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
        if (await session.Db.Vms.FirstOrDefaultAsync(row => row.Id == id) is not { } vm) { return; }
        if (host is not null && vm.Host?.ToString() != host)
        {
            AgentsLog.Foreign(logger, seen.VmId, host);
            return;
        }
        var before = (vm.ObservedPower, vm.ProcessId, vm.Restarts, vm.Failure);
        vm.Observe(Of(seen));
        if (before == (vm.ObservedPower, vm.ProcessId, vm.Restarts, vm.Failure)) { return; }
        AgentsLog.Observed(logger, id, vm.ObservedPower, vm.ProcessId, vm.Restarts);
        if (vm.Failure is { } failure) { AgentsLog.Failed(logger, id, vm.FailureReason ?? "Failed", failure); }
    }

    private static VmReport Of(VmObservation seen) => new()
    {
        Incarnation = seen.Incarnation,
        Generation = seen.Generation,
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
