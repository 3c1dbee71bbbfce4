using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Api.Persistence;

/// <summary>The rows of one kind that changed lately, by id; the oldest go when there are too many. One writes, anyone reads.</summary>
internal sealed class RecentMap<TId, TRow>(int most)
    where TId : struct
    where TRow : class
{
    private readonly ConcurrentDictionary<TId, TRow> rows = new();
    private readonly Queue<TId> order = new();

    internal bool TryGet(TId id, [NotNullWhen(true)] out TRow? row) => rows.TryGetValue(id, out row);

    /// <summary>Takes a row over as it is now; null when it is gone.</summary>
    internal void Set(TId id, TRow? row)
    {
        if (row is null)
        {
            rows.TryRemove(id, out _);
            return;
        }
        if (rows.ContainsKey(id))
        {
            rows[id] = row;
            return;
        }
        rows[id] = row;
        order.Enqueue(id);
        // An id that went and came again stands there twice and may go early: then it is asked for again.
        if (order.Count > most) { rows.TryRemove(order.Dequeue(), out _); }
    }

    internal void Clear()
    {
        rows.Clear();
        order.Clear();
    }
}
