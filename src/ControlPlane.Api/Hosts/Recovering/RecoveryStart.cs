using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>Begins the recovery of a lost host's VMs, in the turn that declares it lost.</summary>
public sealed class RecoveryStart(IOptions<HostLossOptions> options)
{
    private const string Service = "service";
    private const string Project = "default";

    /// <summary>Begins it for the service itself; null where one is under way, which begins the next when it ends.</summary>
    internal async Task<OperationId?> ByServiceAsync(StoreSession session, HostStanding lost)
    {
        if (await RunningAsync(session, lost.Host) is not null) { return null; }
        return Begin(session, new() { Project = Project, Actor = Service, TraceId = lost.Host.ToString() }, lost).Id;
    }

    /// <summary>Begins it.</summary>
    internal Operation Begin(StoreSession session, RequestTerms terms, HostStanding lost)
    {
        var recovery = new HostRecovery
        {
            Proof = KeptProof.Of(lost.Proof)!, Session = lost.Session, Items = [],
            Deadline = session.Now.AddSeconds(options.Value.RecoveryDeadlineSeconds),
        };
        var operation = OperationStarter.Begin(
            session, terms, OperationKind.RecoverHost, RecoveryTables.TargetOf(lost.Host), [RecoveryTables.Recover], recovery);
        operation.Parts = 1;
        return operation;
    }

    /// <summary>The recovery of a host that is under way, or null.</summary>
    internal static async Task<OperationId?> RunningAsync(StoreSession session, HostId host)
    {
        var target = RecoveryTables.TargetOf(host);
        return await session.Db.Operations.IgnoreQueryFilters()
            .Where(row => row.Target == target && row.Kind == OperationKind.RecoverHost && row.EndTime == null)
            .Select(row => (OperationId?)row.Id).FirstOrDefaultAsync();
    }
}
