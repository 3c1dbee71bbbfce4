using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Hosts;

/// <summary>Accepts the operations that start and stop engines.</summary>
public sealed class EngineSwitch(Mutations mutations, OperationStarter starter)
{
    /// <summary>Lets an engine take VMs.</summary>
    public Task<Answer> StartAsync(string text, string segment, RequestTerms terms, CancellationToken ct) =>
        BeginAsync(text, segment, OperationKind.StartEngine, terms, ct);

    /// <summary>Keeps VMs from an engine.</summary>
    public Task<Answer> StopAsync(string text, string segment, RequestTerms terms, CancellationToken ct) =>
        BeginAsync(text, segment, OperationKind.StopEngine, terms, ct);

    private async Task<Answer> BeginAsync(string text, string segment, OperationKind kind, RequestTerms terms, CancellationToken ct)
    {
        var answer = await mutations.RunAsync(terms, async session =>
        {
            var found = await EngineSeat.FindAsync(session.Db, text, segment);
            if (!found.IsValue) { return found.Problem; }
            var seat = found.Value;
            if (await RefuseAsync(session, seat, kind) is { } refusal) { return refusal; }
            var operation = OperationStarter.Begin(session, terms, kind, seat.Target, EngineOperationTables.StepsOf(kind), null);
            seat.Host.SetEngineState(seat.Kind, kind == OperationKind.StartEngine ? EngineState.Starting : EngineState.Stopping);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return starter.Accepted(operation);
        }, ct);
        return await starter.AnswerAsync(answer, terms, ct);
    }

    private static async Task<Problem?> RefuseAsync(StoreSession session, EngineSeat seat, OperationKind kind)
    {
        if (seat.Engine is not { } engine) { return EngineRefusals.Missing(seat); }
        if (await seat.BusyAsync(session) is { } busy) { return busy; }
        var (start, there) = kind == OperationKind.StartEngine ? (true, EngineState.Running) : (false, EngineState.Stopped);
        if (engine.State == there) { return EngineRefusals.InState(seat, engine, "there is nothing to do"); }
        return !start && await EngineUse.SentenceAsync(session.Db, seat) is { } used ? new Problem(ProblemCode.InvalidState, used) : null;
    }
}
