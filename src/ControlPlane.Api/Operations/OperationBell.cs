using System.Collections.Concurrent;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

/// <summary>Wakes the runner: there may be an operation that nobody works on.</summary>
public sealed class OperationBell : IDisposable
{
    private const int MostNamed = 4_096;
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly ConcurrentQueue<OperationId> named = new();
    private int looks;

    /// <summary>Rings. However often before the runner looks, it looks once.</summary>
    public void Ring()
    {
        Interlocked.Exchange(ref looks, 1);
        Wake();
    }

    /// <summary>Rings for one that was just accepted, which need not be looked for.</summary>
    public void Ring(OperationId operation)
    {
        if (named.Count >= MostNamed)
        {
            Ring();
            return;
        }
        named.Enqueue(operation);
        Wake();
    }

    /// <summary>The next that it rang for by name.</summary>
    public bool TryNext(out OperationId operation) => named.TryDequeue(out operation);

    /// <summary>Whether it rang for any, since it was last asked.</summary>
    public bool TakeLook() => Interlocked.Exchange(ref looks, 0) == 1;

    private void Wake()
    {
        if (wake.CurrentCount == 0)
        {
            try { wake.Release(); }
            catch (SemaphoreFullException) { return; }
        }
    }

    /// <summary>Until it rings, or the time is up: then false.</summary>
    public Task<bool> WaitAsync(TimeSpan most, CancellationToken ct) => wake.WaitAsync(most, ct);

    /// <inheritdoc/>
    public void Dispose() => wake.Dispose();
}
