namespace ControlPlane.Api.Persistence;

/// <summary>
/// Wakes those who wait for a change of one thing. Take the task first, then look, then await it: a change in between is not missed.
/// Ids share a fixed number of slots, so that nothing grows; whoever is woken for a neighbour's change looks and waits again.
/// </summary>
public sealed class ChangeSignals
{
    private const int Slots = 4096;

    private readonly Lock gate = new();
    private readonly TaskCompletionSource?[] waiting = new TaskCompletionSource?[Slots];
    private TaskCompletionSource any = Source();

    /// <summary>Completes at the next committed change of anything.</summary>
    public Task Any()
    {
        lock (gate) { return any.Task; }
    }

    /// <summary>Completes at the next committed change of the resource with this id, or of a neighbour in its slot.</summary>
    public Task Of(string id)
    {
        var slot = SlotOf(id);
        lock (gate) { return (waiting[slot] ??= Source()).Task; }
    }

    /// <summary>Wakes the waiters of these ids, and of any change.</summary>
    internal void Publish(IEnumerable<string> ids)
    {
        List<TaskCompletionSource> woken = [];
        lock (gate)
        {
            foreach (var id in ids)
            {
                var slot = SlotOf(id);
                if (waiting[slot] is { } source) { woken.Add(source); }
                waiting[slot] = null;
            }
            woken.Add(any);
            any = Source();
        }
        foreach (var source in woken) { source.TrySetResult(); }
    }

    /// <summary>Wakes everybody.</summary>
    internal void PublishAll()
    {
        List<TaskCompletionSource> woken;
        lock (gate)
        {
            woken = [.. waiting.OfType<TaskCompletionSource>(), any];
            Array.Clear(waiting);
            any = Source();
        }
        foreach (var source in woken) { source.TrySetResult(); }
    }

    private static int SlotOf(string id) => (int)((uint)string.GetHashCode(id, StringComparison.Ordinal) % Slots);

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
