using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Operations;

/// <summary>
/// An operation made of many things, each done by an operation of its own. The parent says how many (<see cref="Operation.Parts"/>); its
/// step begins the children, all at once or so many a turn (<see cref="StepProgress.Again"/>), and waits for them; its undo cancels
/// them. The children are rows like any other: they are worked on, survive a death and end by themselves, and the parent only looks.
/// </summary>
public static class ChildOperations
{
    /// <summary>Children that an operation shows; a list filtered by <c>parent</c> has all.</summary>
    public const int MaxListed = 1_000;

    /// <summary>What wakes a parent: the end of a child.</summary>
    public static string Topic(OperationId parent) => $"children of {parent}";

    /// <summary>The terms of what is begun for a parent, by whoever asked for it: it becomes the parent's child.</summary>
    public static RequestTerms TermsFor(OperationId parent, string project, string actor) => new()
    {
        Project = project, Actor = actor, TraceId = parent.ToString(), Parent = parent,
    };

    /// <summary>Does something in the parent's turn as its project would: what others own is not seen.</summary>
    public static async Task<T> OnBehalfAsync<T>(StepScope scope, Func<RequestTerms, Task<T>> work)
    {
        var (db, parent) = (scope.Session.Db, scope.Operation);
        var before = db.Project;
        db.Project = parent.Project;
        try { return await work(TermsFor(parent.Id, parent.Project, parent.Actor)); }
        finally { db.Project = before; }
    }

    /// <summary>Asks every child that has not ended, and still can, to be undone.</summary>
    public static async Task CancelAsync(StepScope scope)
    {
        var running = await scope.Session.Db.Operations.Where(row => row.Parent == scope.Operation.Id && row.EndTime == null).ToListAsync();
        foreach (var child in running.Where(scope.Tables.Cancellable)) { child.Cancel(); }
    }

    /// <summary>How far the children of one operation are.</summary>
    public static async Task<ChildTally> TallyAsync(StoreContext db, OperationId parent, CancellationToken ct)
    {
        var whole = await db.Operations.Where(row => row.Id == parent).Select(row => new { row.Parts, row.Refused }).FirstAsync(ct);
        var counts = (await CountsAsync(db, [parent], ct))[parent];
        return Of(whole.Parts, whole.Refused, counts);
    }

    /// <summary>How far the children of each of some operations are.</summary>
    public static async Task<IReadOnlyDictionary<OperationId, ChildTally>> TalliesAsync(
        StoreContext db, IEnumerable<Operation> operations, CancellationToken ct)
    {
        var parents = operations.Where(operation => operation.Parts > 0).ToList();
        if (parents.Count == 0) { return new Dictionary<OperationId, ChildTally>(); }
        var counts = await CountsAsync(db, [.. parents.Select(parent => parent.Id)], ct);
        return parents.ToDictionary(parent => parent.Id, parent => Of(parent.Parts, parent.Refused, counts[parent.Id]));
    }

    /// <summary>The oldest children, bounded.</summary>
    public static async Task<IReadOnlyList<OperationId>> ListAsync(StoreContext db, OperationId parent, CancellationToken ct) =>
        await db.Operations.Where(row => row.Parent == parent).OrderBy(row => row.Id).Select(row => row.Id).Take(MaxListed).ToListAsync(ct);

    private static ChildTally Of(int parts, int refused, IEnumerable<(OperationState State, int Count)> counts)
    {
        var (begun, ended, failed) = (0, 0, 0);
        foreach (var (state, count) in counts)
        {
            begun += count;
            if (state is OperationState.Succeeded or OperationState.Failed or OperationState.Cancelled) { ended += count; }
            if (state is OperationState.Failed or OperationState.Cancelled) { failed += count; }
        }
        return new(parts, refused, begun, ended, failed);
    }

    private static async Task<ILookup<OperationId, (OperationState State, int Count)>> CountsAsync(
        StoreContext db, IReadOnlyList<OperationId> parents, CancellationToken ct)
    {
        var counts = await db.Operations.Where(row => row.Parent != null && parents.Contains(row.Parent.Value))
            .GroupBy(row => new { row.Parent, row.State })
            .Select(group => new { group.Key.Parent, group.Key.State, Count = group.Count() }).ToListAsync(ct);
        return counts.ToLookup(group => group.Parent!.Value, group => (group.State, group.Count));
    }
}
