using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Queueing;
using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Operations;

/// <summary>Accepts operations in the caller's own commit, and answers for them: at once, or when they are done.</summary>
public sealed class OperationStarter(
    Store store, OperationTables tables, OperationWorker worker, OperationRunner runner, TimeProvider time)
{
    /// <summary>Adds the operation, which is written with its turn.</summary>
    public static Operation Begin(
        StoreSession session, RequestTerms terms, OperationKind kind, string target, IEnumerable<string> steps, object? arguments,
        OperationId? id = null)
    {
        var known = id ?? new OperationId(Guid.CreateVersion7(session.Now));
        var operation = new Operation(known, terms.Project, kind, target, terms.Actor, steps, session.Now)
        {
            Arguments = arguments is null ? null : StoreJson.Write(arguments), Parent = terms.Parent,
        };
        session.Add(operation);
        return operation;
    }

    /// <summary>The answer of a call that started it, in the commit that accepted it; who waits for the end never reads it.</summary>
    public Answer Accepted(Operation operation, QueuePlace? place = null) =>
        Answer.Accepted(OperationView.PathOf(operation.Id), () => OperationView.Of(operation, tables, place: place));

    /// <summary>
    /// The same of one on a VM, begun in that commit. A child, or one that comes while as many are at work as may be, waits for its turn in
    /// the store.
    /// </summary>
    public async Task<Answer> AcceptAsync(StoreSession session, Operation operation, Vm vm)
    {
        if (operation.Parent is null && runner.HasRoom) { await worker.TakeUpAsync(session, operation, vm); }
        await session.SaveAsync();
        return Accepted(operation);
    }

    /// <summary>The same where it was accepted together with its first children.</summary>
    public Answer Accepted(Operation operation, IReadOnlyCollection<OperationId> children)
    {
        var view = OperationView.Of(operation, tables, new ChildTally(operation.Parts, operation.Refused, children.Count, 0, 0));
        string[] ids = [.. children.Order().Select(id => id.ToString())];
        return Answer.Accepted(OperationView.PathOf(operation.Id), view with { Children = ids });
    }

    /// <summary>The refusal of a second operation, with the link of the first.</summary>
    public static Problem InProgress(OperationId running) =>
        new Problem(ProblemCode.OperationInProgress,
            $"Operation {running} is at work on it; wait for it (GET {OperationView.PathOf(running)} with Prefer: wait=60) or cancel it.")
            .With("operation", OperationView.PathOf(running));

    /// <summary>
    /// Wakes the runner and, when the client would wait, waits: 200 with the finished operation, else the answer as it was.
    /// </summary>
    public async Task<Answer> AnswerAsync(Answer answer, RequestTerms terms, CancellationToken ct)
    {
        if (answer is not Answer.Done { Status: 202, Location: { } location } accepted) { return answer; }
        if (!OperationId.TryParse(location[(location.LastIndexOf('/') + 1)..], out var id)) { return answer; }
        runner.Wake(id);
        if (terms.Wait is not { } wait) { return answer; }
        if (await WaitAsync(terms.Project, id, wait, ct) is not { } operation) { return answer; }
        var view = await ViewAsync(operation, terms, ct);
        return operation.Done ? new Answer.Done(200, view, location) { AppliedWait = wait } : accepted with { Body = view };
    }

    private async Task<OperationResource> ViewAsync(Operation operation, RequestTerms terms, CancellationToken ct)
    {
        if (operation is { Parts: 0, QueueTurn: null }) { return OperationView.Of(operation, tables); }
        await using var db = store.Read(terms.Project);
        return await OperationView.OfAsync(db, operation, tables, ct);
    }

    /// <summary>The operation when it is done, or as it is when the time is up; null when there is none.</summary>
    public async Task<Operation?> WaitAsync(string project, OperationId id, TimeSpan wait, CancellationToken ct)
    {
        var deadline = time.GetUtcNow() + wait;
        while (true)
        {
            var changed = store.Signals.Of(id.ToString());
            var operation = await store.OperationAsync(project, id, ct);
            var left = deadline - time.GetUtcNow();
            if (operation is null || operation.Done || left <= TimeSpan.Zero) { return operation; }
            await ChangeWaits.ForAsync(left, time, ct, changed);
        }
    }
}
