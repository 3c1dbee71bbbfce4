using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms.Moving;
using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>
/// One turn of a plan's execution: takes in how its children ended, and begins the next moves in order, each held against the fleet as it
/// is then.
/// </summary>
public sealed class PlanExecutionTurn(MigrationEntrance migrations, IOptions<OperationOptions> options)
{
    private const int MostAttempts = 3;
    private const int MostLooksPerTurn = 16;

    private readonly TimeSpan patience = TimeSpan.FromSeconds(options.Value.SweepSeconds);

    /// <summary>Takes the turn.</summary>
    internal Task<OperationFault?> NextAsync(StepScope scope) => ChildOperations.OnBehalfAsync(scope, async terms =>
    {
        var (session, execution) = (scope.Session, PlanExecution.Of(scope.Operation)!);
        if (await TakeInAsync(session, execution, MostAttempts))
        {
            execution.NotBefore = execution.Next is >= 0 and var next && execution.Moves[next].Attempts > 0 ? session.Now + patience : null;
        }
        var id = PlanExecution.PoolOf(scope.Operation);
        var pool = await session.Db.Pools.FirstOrDefaultAsync(row => row.Id == id);
        for (var looks = 0; looks < MostLooksPerTurn && execution.MayBegin(session.Now); looks++)
        {
            var at = execution.Next;
            var move = await BeginAsync(session, pool, execution, execution.Moves[at], terms);
            execution.Moves[at] = move;
            if (move.State == PlannedMoveState.Waiting) { execution.NotBefore = session.Now + patience; }
        }
        scope.Operation.Arguments = StoreJson.Write(execution);
        return (OperationFault?)null;
    });

    /// <summary>Notes how children ended; true when one has. A move that failed is tried again, so often in all.</summary>
    internal static async Task<bool> TakeInAsync(StoreSession session, PlanExecution execution, int mostAttempts)
    {
        var any = false;
        for (var i = 0; i < execution.Moves.Count; i++)
        {
            if (execution.Moves[i] is not { State: PlannedMoveState.Moving, Operation: { } id } move) { continue; }
            if (await session.OperationAsync(id) is not { Done: true } child) { continue; }
            any = true;
            var why = child.Fault?.Message ?? "Its operation did not succeed.";
            execution.Moves[i] = child.State == OperationState.Succeeded ? move with { State = PlannedMoveState.Done, Detail = null }
                : child.State == OperationState.Failed && move.Attempts < mostAttempts ? move.Waits(why) : move.Leave(why);
        }
        return any;
    }

    private async Task<PlannedMove> BeginAsync(
        StoreSession session, Pool? pool, PlanExecution execution, PlannedMove move, RequestTerms terms)
    {
        if (pool is null || await session.VmAsync(move.Move.Vm) is not { } vm) { return move.Leave("It is gone."); }
        if (vm.Operation is { } other) { return move.Waits($"Operation {other} is at work on it."); }
        if (vm.Host == move.Move.To) { return move with { State = PlannedMoveState.Done, Detail = "It was there already." }; }
        if (await RebalancePlanning.ObstacleAsync(session, pool, move.Move) is { } obstacle) { return NotNow(execution, move, obstacle); }
        var algorithm = vm.State == VmState.Stopped ? Words.Of(MigrationAlgorithm.Cold) : execution.Wanted.Algorithm;
        var answer = await migrations.AcceptAsync(
            session, vm, new() { Algorithm = algorithm, Host = move.Move.To.ToString(), Tls = execution.Wanted.Tls }, terms);
        return answer switch
        {
            Answer.Done { Body: OperationResource begun } => move with
            {
                State = PlannedMoveState.Moving, Operation = OperationId.Parse(begun.Id), Attempts = move.Attempts + 1, Detail = null,
            },
            Answer.Refused { Why: var why } => Passes(why) ? move.Waits(why.Detail) : NotNow(execution, move, why.Detail),
            _ => throw new InvalidOperationException("a move is accepted or refused"),
        };
    }

    // The plan's moves make room for each other: while some are under way, the room may be yet to come.
    private static PlannedMove NotNow(PlanExecution execution, PlannedMove move, string why) =>
        execution.AtWork > 0 ? move.Waits(why) : move.Leave(why);

    // What goes by without anything having to be changed: too many moves at once, a host that has not let go of it yet.
    private static bool Passes(Problem why) => why.Code == ProblemCode.MigrationLimit || why.Code == ProblemCode.Conflict;
}
