using ControlPlane.Api.Operations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts;

/// <summary>The steps of starting and stopping an engine. Nothing is awaited: what an engine takes is the service's decision.</summary>
public sealed class EngineOperationTables(IOptions<OperationOptions> options) : IOperationTables
{
    private const string Prove = "prove";
    private const string Open = "open";
    private const string Close = "close";

    private readonly TimeSpan limit = TimeSpan.FromSeconds(options.Value.ChangeTimeoutSeconds);

    /// <inheritdoc/>
    public IEnumerable<OperationTable> All() => [Start, Stop];

    /// <summary>Lets an engine take VMs, when a guest has really run on it.</summary>
    public OperationTable Start => new()
    {
        Kind = OperationKind.StartEngine,
        Steps =
        [
            Step(Prove, seat => Task.FromResult(Proof(seat)), EngineState.Stopped),
            Step(Open, seat => SetAsync(seat, EngineState.Running), EngineState.Stopped),
        ],
        End = (scope, state) => EndAsync(scope, state, EngineState.Stopped),
    };

    /// <summary>Keeps VMs from an engine on which none runs.</summary>
    public OperationTable Stop => new()
    {
        Kind = OperationKind.StopEngine,
        Steps = [Step(Close, CloseAsync, EngineState.Running)],
        End = (scope, state) => EndAsync(scope, state, EngineState.Running),
    };

    /// <summary>The steps of a new operation.</summary>
    internal static IReadOnlyList<string> StepsOf(OperationKind kind) => kind == OperationKind.StartEngine ? [Prove, Open] : [Close];

    private OperationStepWork Step(string name, Func<ScopedSeat, Task<OperationFault?>> act, EngineState before) => new()
    {
        Name = name,
        Limit = _ => limit,
        Do = async scope => await SeatAsync(scope) is { } seat
            ? await act(new(scope, seat))
            : new OperationFault("engine-gone", "The engine is no longer there.", name),
        Undo = scope => RestoreAsync(scope, before),
    };

    private static OperationFault? Proof(ScopedSeat at)
    {
        if (at.Seat.Engine!.Proved) { return null; }
        var known = at.Seat.Engine.Conditions.FirstOrDefault(condition => condition.Type == Engine.ProvedCondition);
        return new OperationFault("engine-not-proved", known?.Message ?? "Nobody has seen a guest run on it yet.", Prove);
    }

    private static async Task<OperationFault?> CloseAsync(ScopedSeat at) =>
        await EngineUse.SentenceAsync(at.Scope.Session.Db, at.Seat) is { } used
            ? new OperationFault("engine-in-use", used, Close)
            : await SetAsync(at, EngineState.Stopped);

    private static Task<OperationFault?> SetAsync(ScopedSeat at, EngineState state)
    {
        at.Seat.Host.SetEngineState(at.Seat.Kind, state);
        return Task.FromResult<OperationFault?>(null);
    }

    private static async Task RestoreAsync(StepScope scope, EngineState before)
    {
        if (await SeatAsync(scope) is { } seat) { seat.Host.SetEngineState(seat.Kind, before); }
    }

    // Cancelled before its first step, an operation has nothing to undo and yet has said STARTING or STOPPING.
    private static async Task<string?> EndAsync(StepScope scope, OperationState state, EngineState before)
    {
        if (state != OperationState.Succeeded) { await RestoreAsync(scope, before); }
        return null;
    }

    private static async Task<EngineSeat?> SeatAsync(StepScope scope)
    {
        if (!EnginePath.TryParseTarget(scope.Operation.Target, out var id, out var kind)) { return null; }
        var host = await scope.Session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == id);
        return host?.Engine(kind) is null ? null : new EngineSeat(host, kind);
    }

    private sealed record ScopedSeat(StepScope Scope, EngineSeat Seat);
}
