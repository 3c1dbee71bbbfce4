using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Rebalancing.Executing;
using ControlPlane.Contracts.Operations;
using ControlPlane.Contracts.Rebalancing;

namespace ControlPlane.Api.Rebalancing;

/// <summary><c>/v1/pools/{pool}/rebalance-plans</c>.</summary>
public static class RebalancingEndpoints
{
    private const string CreateSentence =
        "Plans moves of the pool's VMs, and of those of the pools in it, and keeps the plan; nothing is moved until it "
        + "is executed. Moves come in order, each possible when its turn comes: the target takes the VM's amounts while the "
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
        plans.MapPost("/{plan}/execute", ExecuteAsync).StartsOperation<OperationResource>().InPool()
            .Refuses(ProblemCode.OperationInProgress, ProblemCode.PlanStale)
            .WithExample("One move after the other", new ExecuteRebalancePlan())
            .WithExample("Four at once, leaving out what cannot be made", new ExecuteRebalancePlan { OnStale = "SKIP", Parallelism = 4 })
            .Describes("Execute a rebalance plan",
                "Makes its moves in its order, each by a `MIGRATE_VM` operation, so many at once. Each is held against the fleet when "
                + "its turn comes: one that cannot be made any more, or whose operation fails three times, ends the execution or is left "
                + "out (`onStale`); a VM with another operation at work on it is waited for. A cancel or the deadline takes back what is "
                + "under way; what has moved stays moved. Of one pool one plan is executed at a time.");
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

    private static Task<Answer> ExecuteAsync(
        string pool, string plan, OptionalBody<ExecuteRebalancePlan> body, RequestTerms terms, PlanExecutionEntrance executions,
        CancellationToken ct) =>
        executions.ExecuteAsync(pool, plan, body.Value, terms, ct);

    private static Task<Answer> DeleteAsync(string pool, string plan, RequestTerms terms, RebalanceService plans, CancellationToken ct) =>
        plans.DeleteAsync(pool, plan, terms, ct);
}
