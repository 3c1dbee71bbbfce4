namespace ControlPlane.Api.Persistence;

/// <summary>Waits for a signal of <see cref="ChangeSignals"/>, or until the time is up.</summary>
public static class ChangeWaits
{
    /// <summary>Until one of the changes is signalled or the time has passed; never shorter than that.</summary>
    /// <param name="atMost">
    /// How long, more than zero. Rounded up to the millisecond: timers cut the rest off (<see cref="Task.Delay(TimeSpan)"/>), and whoever
    /// looks whether the time is up would wait again and again for what is left of the last one.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="changes">Signals, each taken before the look that found nothing.</param>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> has ended it.</exception>
    public static async Task ForAsync(TimeSpan atMost, TimeProvider time, CancellationToken ct, params Task[] changes)
    {
        var length = TimeSpan.FromMilliseconds(Math.Ceiling(atMost.TotalMilliseconds));
        if (changes is [var change])
        {
            await change.WaitAsync(length, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            return;
        }
        // Of several, all but the first must forget the wait when it ends: so the time is one of them.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var timer = Task.Delay(length, time, waiting.Token);
        await Task.WhenAny([.. changes, timer]);
        await waiting.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }
}
