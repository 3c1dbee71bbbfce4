namespace ControlPlane.Api.Persistence;

/// <summary>
/// Work that exactly one process of those on one database does at a time. Whoever has the duty does the work until it ends or the duty is
/// lost; when that process dies, or its line to the database does, another begins. On a database of one process everybody has his duty.
/// </summary>
public sealed class Duties(IStoreDatabase database)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Seat> seats = new(StringComparer.Ordinal);

    /// <summary>Whether this process has the duty.</summary>
    public bool Has(string duty)
    {
        lock (gate) { return !database.IsShared || (seats.TryGetValue(duty, out var seat) && seat.Taken.Task.IsCompleted); }
    }

    /// <summary>Does the work whenever this process has the duty, until the work ends by itself or the token does.</summary>
    public async Task RunAsync(string duty, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        if (!database.IsShared)
        {
            await work(ct);
            return;
        }
        while (true)
        {
            var lost = await SeatOf(duty).Taken.Task.WaitAsync(ct);
            using var life = CancellationTokenSource.CreateLinkedTokenSource(ct, lost);
            try
            {
                await work(life.Token);
            }
            catch (OperationCanceledException) when (lost.IsCancellationRequested)
            {
                // Another process has it now, or will have it; this one waits for its turn again.
            }
            ct.ThrowIfCancellationRequested();
            if (!lost.IsCancellationRequested) { return; }
        }
    }

    /// <summary>The duties that are wanted here and not had.</summary>
    internal IReadOnlyList<string> Wanted()
    {
        lock (gate) { return [.. seats.Where(seat => !seat.Value.Taken.Task.IsCompleted).Select(seat => seat.Key)]; }
    }

    /// <summary>This process has the duty now.</summary>
    internal void Take(string duty)
    {
        lock (gate) { seats[duty].Taken.TrySetResult(seats[duty].Life.Token); }
    }

    /// <summary>The line to the database is gone, and all duties with it.</summary>
    internal void LoseAll()
    {
        List<Seat> gone;
        lock (gate)
        {
            gone = [.. seats.Values.Where(seat => seat.Taken.Task.IsCompleted)];
            foreach (var duty in seats.Keys.ToList())
            {
                if (seats[duty].Taken.Task.IsCompleted) { seats[duty] = new(); }
            }
        }
        foreach (var seat in gone) { seat.Life.Cancel(); }
    }

    private Seat SeatOf(string duty)
    {
        lock (gate)
        {
            if (!seats.TryGetValue(duty, out var seat)) { seats[duty] = seat = new(); }
            return seat;
        }
    }

    private sealed class Seat
    {
        internal TaskCompletionSource<CancellationToken> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal CancellationTokenSource Life { get; } = new();
    }
}
