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
        mutations.RunAsync(terms, session => Task.FromResult(Take(session, poolText, wanted, terms)), ct);

    // All that is asked is in memory, and what is claimed is written for the whole commit at once.
    private Answer Take(StoreSession session, string poolText, CreateAllocation wanted, RequestTerms terms)
    {
        if (session.Ledger.Pool(terms.Project, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
        var host = wanted.Host is { } named ? session.Ledger.Host(named) : null;
        if (wanted.Host is not null && host is null) { return Problem.NotFound("host", wanted.Host); }
        var chain = session.Ledger.Chain(pool);
        var demand = AllocationSearch.DemandOf(wanted, chain, host);
        var decision = placements.Decide(host is null ? session.Fleet : FleetSnapshot.Of([session.Fleet.Find(host.Id)!]), demand);
        if (decision.Placement.Choice.Best is not { } best)
        {
            return host is null ? PlacementService.Refusal(decision) : NamedHostRefusal.Of(host, decision);
        }
        if (PoolLimits.Exceeded(chain, demand.Resources) is { } exceeded) { return exceeded; }
        return session.TryClaim(best.Host, best.Engine, chain, demand, out var seat) == AllocationOutcome.Allocated
            ? Keep(session, terms, wanted, decision, pool, best, seat)
            : PlacementService.Refusal(decision);
    }

    private Answer Keep(
        StoreSession session, RequestTerms terms, CreateAllocation wanted, Decision decision, Pool pool, Candidate chosen, NumaSeat? seat)
    {
        var id = new AllocationId(Guid.CreateVersion7(session.Now));
        var held = new Allocation(
            id, terms.Project, pool.Id, chosen.Host, chosen.Engine, wanted.Owner, null, decision.Demand.Resources, session.Now, seat);
        session.Keep(held);
        var placement = decision.Demand.Host is not null ? (PlacementId?)null
            : PlacementService.Keep(session, decision, chosen, terms.Project, AllocationView.TargetOf(held));
        if (!terms.ValidateOnly) { AllocationsLog.Taken(logger, id, decision.Demand.Resources, chosen.Host); }
        return Answer.Created(AllocationView.PathOf(pool.Id, id), AllocationView.Of(held, placement?.ToString()), held.Version);
    }
}
