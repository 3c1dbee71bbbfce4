using System.Runtime.CompilerServices;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Queueing;
using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Operations;

/// <summary>Reads operations, waits for them, cancels them.</summary>
public sealed class OperationService(
    Store store, Mutations mutations, OperationTables tables, OperationStarter starter, OperationRunner runner, QueueReader queue)
{
    /// <summary>A page of them.</summary>
    public async Task<Answer> ListAsync(RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        var answer = await ListQuery.PageAsync(db.Operations, OperationFields.All, list, row => row, ct);
        if (answer is not Answer.Done { Body: ListPage<Operation> page } found) { return answer; }
        var tallies = await ChildOperations.TalliesAsync(db, page.Items, ct);
        var places = await QueuePlaces.AllAsync(db, ct);
        var items = page.Items.Select(row =>
            OperationView.Of(row, tables, tallies.GetValueOrDefault(row.Id), places.GetValueOrDefault(row.Id)));
        return found with { Body = new ListPage<OperationResource>([.. items], page.NextPageToken) };
    }

    /// <summary>One of them, at once or when it is done.</summary>
    public async Task<Answer> GetAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        if (!OperationId.TryParse(text, out var id)) { return Problem.NotFound("operation", text); }
        var operation = await starter.WaitAsync(terms.Project, id, terms.Wait ?? TimeSpan.Zero, ct);
        if (operation is null) { return Problem.NotFound("operation", text); }
        await using var db = store.Read(terms.Project);
        var view = await queue.PlaceAsync(operation, ct) is { } place ? OperationView.Of(operation, tables, place: place)
            : await OperationView.OfAsync(db, operation, tables, ct);
        return new Answer.Done(200, view, Version: operation.Version) { AppliedWait = terms.Wait };
    }

    /// <summary>Asks for it to be undone.</summary>
    public async Task<Answer> CancelAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        var answer = await mutations.RunAsync(terms, async session =>
        {
            var operation = OperationId.TryParse(text, out var id)
                ? await session.Db.Operations.FirstOrDefaultAsync(row => row.Id == id) : null;
            if (operation is null) { return Problem.NotFound("operation", text); }
            if (operation.State == OperationState.Cancelling) { return starter.Accepted(operation); }
            if (!operation.Done && tables.Of(operation.Kind).OnlyForParent)
            {
                return new Problem(ProblemCode.InvalidState,
                    $"It is part of operation {operation.Parent}, which goes on with it or ends it; cancel that one.");
            }
            if (!tables.Cancellable(operation))
            {
                return new Problem(ProblemCode.InvalidState, operation.Done
                    ? $"The operation has ended {Words.Of(operation.State)}; there is nothing left to cancel."
                    : "The operation is past its point of no return, or is being undone already; it goes on to its end.");
            }
            operation.Cancel();
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return starter.Accepted(operation);
        }, ct);
        runner.Wake();
        return await starter.AnswerAsync(answer, terms, ct);
    }

    /// <summary>The operation at each of its changes, until it is done; null when there is none.</summary>
    public async Task<IAsyncEnumerable<SseEvent>?> WatchAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        if (!OperationId.TryParse(text, out var id)) { return null; }
        await using var db = store.Read(terms.Project);
        return await db.Operations.AnyAsync(row => row.Id == id, ct) ? FollowAsync(id, terms.Project, ct) : null;
    }

    private async IAsyncEnumerable<SseEvent> FollowAsync(OperationId id, string project, [EnumeratorCancellation] CancellationToken ct)
    {
        var (seen, through) = (0L, -1L);
        while (true)
        {
            var (changed, childEnded) = (store.Signals.Of(id.ToString()), store.Signals.Of(ChildOperations.Topic(id)));
            Operation? operation;
            OperationResource? view;
            await using (var db = store.Read(project))
            {
                operation = await db.Operations.FirstOrDefaultAsync(row => row.Id == id, ct);
                view = operation is null ? null : await OperationView.OfAsync(db, operation, tables, ct);
            }
            if (operation is null || view is null) { yield break; }
            if (operation.Version != seen || view.Progress.Done != through)
            {
                (seen, through) = (operation.Version, view.Progress.Done);
                yield return new SseEvent(seen, "operation", view);
            }
            if (operation.Done) { yield break; }
            await Task.WhenAny(changed, childEnded).WaitAsync(ct);
        }
    }
}
