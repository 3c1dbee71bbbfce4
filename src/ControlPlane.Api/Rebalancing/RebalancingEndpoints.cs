using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Rebalancing;

namespace ControlPlane.Api.Rebalancing;

/// <summary><c>/v1/pools/{pool}/rebalance-plans</c>. There is no way to execute one yet: that comes with the migration of VMs.</summary>
public static class RebalancingEndpoints
{
    private const string CreateSentence =
        "Plans moves of the pool's VMs, and of those of the pools in it, and keeps the plan; nothing is moved, and there is no call yet "
        + "that moves anything. Moves come in order, each possible when its turn comes: the target takes the VM's amounts while the "
        + "source still holds them, and every rule of placement holds. Of the score less is better. BALANCE evens out how full hosts "
        + "are; CONSOLIDATE empties hosts, each wholly or not at all; REPAIR moves only VMs that stand where the rules would not put "
        + "them any more.";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapRebalancing(this RouteGroupBuilder v1)
    {
        var plans = v1.MapGroup("/pools/{pool}/rebalance-plans").WithTags("Rebalancing");
        plans.MapGet("/", ListAsync).InPool().Lists(RebalancePlanFields.All).Answers<ListPage<RebalancePlanSummary>>(200)
            .Describes("List rebalance plans", "What each comes to, without its moves. The newest 100 of a pool are kept.");
        plans.MapPost("/", CreateAsync).Mutates().InPool().Answers<RebalancePlanResource>(201)
            .WithExample("Even use", new CreateRebalancePlan { Goal = "BALANCE" })
            .WithExample("Empty hosts, copying 64 GiB at the most", new CreateRebalancePlan { Goal = "CONSOLIDATE", MaxCostMiB = 65_536 })
            .WithExample("Mend broken rules", new CreateRebalancePlan { Goal = "REPAIR", MaxMoves = 20 })
            .Refuses(ProblemCode.InvalidState)
            .Describes("Make a rebalance plan", CreateSentence);
        plans.MapGet("/{plan}", GetAsync).InPool().Answers<RebalancePlanResource>(200)
            .Describes("Read a rebalance plan", "With every move, held against the fleet as it is now: `stale` tells whether the fleet has "
                + "moved on so far that a move is no longer possible at its turn, and `staleReason` which.");
        plans.MapDelete("/{plan}", DeleteAsync).Mutates().InPool().Answers(204)
            .Describes("Remove a rebalance plan", "Plans also go with their pool, and when they are as old as operations that go.");
        return v1;
    }

    private static RouteHandlerBuilder InPool(this RouteHandlerBuilder route) =>
        route.WithPath("pool", "default").Refuses(ProblemCode.NotFound);

    private static Task<Answer> ListAsync(
        string pool, RequestTerms terms, ListTerms list, RebalanceService plans, CancellationToken ct) =>
        plans.ListAsync(pool, terms, list, ct);

    private static Task<Answer> CreateAsync(
        string pool, Body<CreateRebalancePlan> body, RequestTerms terms, RebalanceService plans, CancellationToken ct) =>
        plans.CreateAsync(pool, body.Value, terms, ct);

    private static Task<Answer> GetAsync(string pool, string plan, RequestTerms terms, RebalanceService plans, CancellationToken ct) =>
        plans.GetAsync(pool, plan, terms, ct);

    private static Task<Answer> DeleteAsync(string pool, string plan, RequestTerms terms, RebalanceService plans, CancellationToken ct) =>
        plans.DeleteAsync(pool, plan, terms, ct);
}
