using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Queueing;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Queueing;

/// <summary>Who waits, and where each stands: read from the operations themselves, so that it is the same after a restart.</summary>
internal static class QueuePlaces
{
    /// <summary>All that wait, of every project; at most as many as the queue may hold.</summary>
    internal static IQueryable<Operation> Waiting(StoreContext db) =>
        db.Operations.IgnoreQueryFilters().Where(row => row.QueueTurn != null);

    /// <summary>Where one stands.</summary>
    internal static async Task<QueuePlace> OfAsync(StoreContext db, Operation operation, CancellationToken ct)
    {
        var (turn, id, project) = (operation.QueueTurn, operation.Id, operation.Project);
        var before = Waiting(db).Where(row => row.QueueTurn < turn || (row.QueueTurn == turn && row.Id < id));
        return new(await before.CountAsync(ct) + 1, await before.CountAsync(row => row.Project == project, ct) + 1);
    }

    /// <summary>Where everybody stands.</summary>
    internal static async Task<IReadOnlyDictionary<OperationId, QueuePlace>> AllAsync(StoreContext db, CancellationToken ct)
    {
        var waiting = await Waiting(db).Select(row => new QueueEntry(row.Id, row.Project, row.QueueTurn!.Value, row.QueueCost))
            .ToListAsync(ct);
        var ofProject = new Dictionary<string, int>(StringComparer.Ordinal);
        var places = new Dictionary<OperationId, QueuePlace>(waiting.Count);
        foreach (var entry in FairQueue.InOrder(waiting))
        {
            ofProject[entry.Project] = ofProject.GetValueOrDefault(entry.Project) + 1;
            places[entry.Operation] = new(places.Count + 1, ofProject[entry.Project]);
        }
        return places;
    }
}
