namespace ControlPlane.Api.Operations;

/// <summary>Wakes the runner: there may be an operation that nobody works on.</summary>
public sealed class OperationBell : IDisposable
{
    private readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>Rings. However often before the runner looks, it looks once.</summary>
    public void Ring()
    {
        if (wake.CurrentCount == 0)
        {
            try { wake.Release(); }
            catch (SemaphoreFullException) { return; }
        }
    }

    /// <summary>Until it rings, or the time is up.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken ct) => wake.WaitAsync(most, ct);

    /// <inheritdoc/>
    public void Dispose() => wake.Dispose();
}
