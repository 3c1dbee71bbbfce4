using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Rebalancing;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>
/// Accepts the execution of a plan. Whether it still holds is looked at before, outside the lane, and again at each move's turn.
/// </summary>
public sealed class PlanExecutionEntrance(Store store, Mutations mutations, RebalancePlanning planning, OperationStarter operations)
{
    /// <summary>202 with the operation, or why not.</summary>
    public async Task<Answer> ExecuteAsync(
        string poolText, string planText, ExecuteRebalancePlan body, RequestTerms terms, CancellationToken ct)
    {
        var obstacle = await ObstacleAsync(poolText, planText, body, terms, ct);
        var answer = await mutations.RunAsync(terms, async session =>
        {
            if (await Named.PoolAsync(session.Db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
            if (await Named.PlanAsync(session.Db, pool, planText) is not { } plan) { return Problem.NotFound("rebalance plan", planText); }
            if (await RunningAsync(session.Db, pool) is { } running) { return OperationStarter.InProgress(running); }
            return obstacle is { } why ? why : await AcceptAsync(session, plan, body, terms);
        }, ct);
        return await operations.AnswerAsync(answer, terms, ct);
    }

    // Nothing is begun that would stop at its first look; what may be skipped is found when its turn comes.
    private async Task<Problem?> ObstacleAsync(
        string poolText, string planText, ExecuteRebalancePlan body, RequestTerms terms, CancellationToken ct)
    {
        if (Words.Parse<OnStale>(body.OnStale) == OnStale.Skip) { return null; }
        await using var db = store.Read(terms.Project);
        if (await Named.PoolAsync(db, poolText) is not { } pool) { return null; }
        if (await Named.PlanAsync(db, pool, planText) is not { } plan) { return null; }
        return await planning.FirstObstacleAsync(db, pool, plan, store.Fleet, ct) is { } why
            ? new(ProblemCode.PlanStale, $"{why} Make a new plan, or take onStale SKIP to leave out what cannot be made.") : null;
    }

    // Of one pool: two plans at once would each make the other stale.
    private static async Task<OperationId?> RunningAsync(StoreContext db, Pool pool)
    {
        var prefix = PlanExecution.TargetsOf(pool.Id);
        var running = await db.Operations.Where(row => row.Kind == OperationKind.ExecuteRebalancePlan && row.EndTime == null
            && row.Target.StartsWith(prefix)).OrderBy(row => row.Id).FirstOrDefaultAsync();
        return running?.Id;
    }

    private async Task<Answer> AcceptAsync(StoreSession session, RebalancePlanRow plan, ExecuteRebalancePlan body, RequestTerms terms)
    {
        var ids = plan.Plan.Moves.Select(move => move.Vm).ToList();
        var names = await session.Db.Vms.Where(vm => ids.Contains(vm.Id)).Select(vm => new { vm.Id, vm.Name })
            .ToDictionaryAsync(vm => vm.Id, vm => vm.Name.ToString());
        var execution = new PlanExecution
        {
            Wanted = body, Deadline = session.Now.AddSeconds(body.DeadlineSeconds),
            Moves = [.. plan.Plan.Moves.Select(move => new PlannedMove { Move = move, Name = names.GetValueOrDefault(move.Vm) })],
        };
        var operation = OperationStarter.Begin(session, terms, OperationKind.ExecuteRebalancePlan,
            PlanExecution.TargetOf(plan.Pool, plan.Id), [PlanExecutionTables.Move], execution);
        operation.Parts = Math.Max(1, execution.Moves.Count);
        await session.SaveAsync();
        return operations.Accepted(operation, []);
    }
}
