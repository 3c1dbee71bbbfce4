using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>Takes an operator's statement that a machine is off, and begins the recovery of its VMs by it.</summary>
public sealed class RecoveryEntrance(
    Mutations mutations, OperationStarter operations, RecoveryStart start, ILogger<RecoveryEntrance> logger)
{
    /// <summary>An operator states that the machine is off: believed for every guest, and recorded.</summary>
    public async Task<Answer> DeclareAsync(string text, DeclareHostLost body, RequestTerms terms, CancellationToken ct)
    {
        var answer = await mutations.RunAsync(terms, async session =>
        {
            if (await Named.HostAsync(session.Db, text) is not { } host) { return Problem.NotFound("host", text); }
            if (terms.Stale(host.Version) is { } stale) { return stale; }
            if (await Standings.FindAsync(session, host.Id) is not { Session: > 0 } row) { return NoAgent(host); }
            var stated = new LossProof.OperatorsStatement(row.Session, terms.Actor, body.Statement);
            var outcome = row.Read().Lose(stated, out var next);
            if (outcome is LossOutcome.HeardOf or LossOutcome.OldSession) { return Alive(host); }
            if (await RecoveryStart.RunningAsync(session, host.Id) is { } running) { return OperationStarter.InProgress(running); }
            if (outcome == LossOutcome.Declared) { await Standings.KeepAsync(session, row, next); }
            var operation = start.Begin(session, terms, next);
            await session.SaveAsync();
            if (!terms.ValidateOnly) { LivenessLog.Stated(logger, host.Id, terms.Actor, body.Statement); }
            return operations.Accepted(operation, []);
        }, ct);
        return await operations.AnswerAsync(answer, terms, ct);
    }

    private static Problem Alive(Host host) => new(ProblemCode.HostAlive,
        $"Host '{host.Name}' renews its lease: it is not off. Stop its agent or the machine first, and wait until it is SUSPECT.");

    private static Problem NoAgent(Host host) => new(ProblemCode.InvalidState,
        $"Host '{host.Name}' has no agent of its own that has ever begun a session: there is nothing it could have lost.");
}
