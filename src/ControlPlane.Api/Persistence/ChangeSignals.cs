namespace ControlPlane.Api.Persistence;

/// <summary>
/// Wakes those who wait for a change of one thing. Take the task first, then look, then await it: a change in between is not missed.
/// Holds an entry only while somebody waits.
/// </summary>
public sealed class ChangeSignals
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);
    private TaskCompletionSource any = Source();

    /// <summary>Completes at the next committed change of anything.</summary>
    public Task Any()
    {
        lock (gate) { return any.Task; }
    }

    /// <summary>Completes at the next committed change of the resource with this id.</summary>
    public Task Of(string id)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(id, out var source)) { waiting[id] = source = Source(); }
            return source.Task;
        }
    }

    /// <summary>Wakes the waiters of these ids, and of any change.</summary>
    internal void Publish(IEnumerable<string> ids)
    {
        List<TaskCompletionSource> woken = [];
        lock (gate)
        {
            foreach (var id in ids)
            {
                if (waiting.Remove(id, out var source)) { woken.Add(source); }
            }
            woken.Add(any);
            any = Source();
        }
        foreach (var source in woken) { source.TrySetResult(); }
    }

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
