using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Pools;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Allocations;

/// <summary>Takes room for those who ask: on the host they name, or on the best there is.</summary>
public sealed class AllocationDesk(Mutations mutations, PlacementService placements, ILogger<AllocationDesk> logger)
{
    /// <summary>Takes it, or says why not.</summary>
    public Task<Answer> TakeAsync(string poolText, CreateAllocation wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.PoolAsync(session.Db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
            var host = wanted.Host is { } named ? await Named.HostAsync(session.Db, named) : null;
            if (wanted.Host is not null && host is null) { return Problem.NotFound("host", wanted.Host); }
            var chain = await PoolChain.OfAsync(session, pool.Id);
            var demand = AllocationSearch.DemandOf(wanted, chain, host);
            var decision = placements.Decide(host is null ? session.Fleet : FleetSnapshot.Of([HostSnapshot.Of(host)]), demand);
            if (decision.Placement.Choice.Best is not { } best)
            {
                return host is null ? PlacementService.Refusal(decision) : NamedHostRefusal.Of(host, decision);
            }
            if (PoolLimits.Exceeded(chain, demand.Resources) is { } exceeded) { return exceeded; }
            var from = session.Db.Hosts.Local.FirstOrDefault(row => row.Id == best.Host)
                ?? await session.Db.Hosts.FirstAsync(row => row.Id == best.Host);
            return Ledger.Take(from, best.Engine, chain, demand.Resources) == AllocationOutcome.Allocated
                ? await KeepAsync(session, terms, wanted, decision, pool, from, best)
                : PlacementService.Refusal(decision);
        }, ct);

    private async Task<Answer> KeepAsync(
        StoreSession session, RequestTerms terms, CreateAllocation wanted, Decision decision, Pool pool, Host host, Candidate chosen)
    {
        var id = new AllocationId(Guid.CreateVersion7(session.Now));
        var held = new Allocation(
            id, terms.Project, pool.Id, host.Id, chosen.Engine, wanted.Owner, null, decision.Demand.Resources, session.Now);
        session.Db.Allocations.Add(held);
        var placement = decision.Demand.Host is not null ? (PlacementId?)null
            : await PlacementService.KeepAsync(session, decision, chosen, terms.Project, AllocationView.TargetOf(held));
        await session.Db.SaveChangesAsync(CancellationToken.None);
        if (!terms.ValidateOnly) { AllocationsLog.Taken(logger, id, decision.Demand.Resources, host.Id); }
        return Answer.Created(AllocationView.PathOf(pool.Id, id), AllocationView.Of(held, placement?.ToString()), held.Version);
    }
}
