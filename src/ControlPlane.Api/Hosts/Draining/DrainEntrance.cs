using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>Accepts the emptying of a host: looks first who can go where, and closes the host in the same turn.</summary>
public sealed class DrainEntrance(Mutations mutations, OperationStarter operations)
{
    private const int MaxNamed = 20;

    /// <summary>202 with the operation, or why not.</summary>
    public async Task<Answer> DrainAsync(string text, DrainHost body, RequestTerms terms, CancellationToken ct)
    {
        var answer = await mutations.RunAsync(terms, async session =>
        {
            if (await Named.HostAsync(session.Db, text) is not { } host) { return Problem.NotFound("host", text); }
            if (terms.Stale(host.Version) is { } stale) { return stale; }
            return await RefuseAsync(session, host) is { } why ? why : await AcceptAsync(session, host, body, terms);
        }, ct);
        return await operations.AnswerAsync(answer, terms, ct);
    }

    private static async Task<Problem?> RefuseAsync(StoreSession session, Host host)
    {
        var target = DrainTables.TargetOf(host.Id);
        var running = await session.Db.Operations.IgnoreQueryFilters()
            .FirstOrDefaultAsync(row => row.Target == target && row.EndTime == null);
        if (running is not null) { return OperationStarter.InProgress(running.Id); }
        return host.State switch
        {
            HostState.Active or HostState.Cordoned or HostState.Draining => null,
            HostState.Maintenance => new Problem(ProblemCode.InvalidState,
                $"Host '{host.Name}' is in maintenance, and so empty already; POST /v1/hosts/{host.Name}/activate takes it back."),
            HostState.Suspect or HostState.Lost or HostState.Fenced => new Problem(ProblemCode.InvalidState,
                $"Host '{host.Name}' is {Words.Of(host.State)}: nobody there could send a VM away. "
                + "Bring it back, or let its VMs be recovered."),
        };
    }

    private async Task<Answer> AcceptAsync(StoreSession session, Host host, DrainHost body, RequestTerms terms)
    {
        var drain = new HostDrain { Wanted = body, Deadline = session.Now.AddSeconds(body.DeadlineSeconds), Items = [] };
        drain.Items.AddRange(await DrainPlanning.ItemsAsync(session, host, drain));
        if (!body.Force && await BlockedAsync(session, host, drain, terms) is { } blocked) { return blocked; }
        host.Duty = HostDuty.Draining;
        var operation = OperationStarter.Begin(
            session, terms, OperationKind.DrainHost, DrainTables.TargetOf(host.Id), [DrainTables.Empty], drain);
        operation.Parts = Math.Max(1, drain.Items.Count);
        await session.SaveAsync();
        return operations.Accepted(operation, []);
    }

    // Everything that is in the way at once, so that its operator need not try again and again.
    private static async Task<Problem?> BlockedAsync(StoreSession session, Host host, HostDrain drain, RequestTerms terms)
    {
        var held = await session.Db.Allocations.IgnoreQueryFilters().Where(row => row.Host == host.Id && row.Vm == null)
            .OrderBy(row => row.CreateTime).ThenBy(row => row.Id).Select(row => new { row.Owner, row.Project })
            .Take(MaxNamed).ToListAsync();
        var blockers = drain.Items.Where(item => item.Detail is not null)
            .Select(item => item.Project == terms.Project ? new DrainBlocker($"vms/{item.Vm}", item.Name, item.Detail!)
                : new DrainBlocker("vms", "a VM of another project", item.Detail!))
            .Concat(held.Select(row => new DrainBlocker(row.Project == terms.Project ? row.Owner : "allocations",
                row.Project == terms.Project ? row.Owner : "an allocation of another project", "it holds room on the host")))
            .Take(MaxNamed).ToList();
        if (blockers.Count == 0) { return null; }
        var words = string.Join("; ", blockers.Select(blocker => $"{blocker.Name}: {blocker.Why}"));
        return new Problem(ProblemCode.DrainBlocked, $"Host '{host.Name}' cannot be emptied: {words}. Mend that, give those VMs another "
            + "policy, or take force to move what can go.").With("blockers", blockers);
    }
}
