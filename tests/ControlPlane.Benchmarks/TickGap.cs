using System.Diagnostics;

namespace ControlPlane.Benchmarks;

/// <summary>
/// How long a guest that moves says nothing, as seen from outside: from the last time that its console grew at one place to the first time
/// that it grows at another. Each console is looked at all the time, by a thread of its own.
/// </summary>
internal sealed class TickGap : IDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Thread thread;
    private long lastHere;
    private long firstThere;

    public TickGap(string here, string there)
    {
        thread = new(() => Follow(here, there)) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Waits until it has been heard at the other place.</summary>
    public async Task<TimeSpan> MeasuredAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (Volatile.Read(ref firstThere) == 0) { await Task.Delay(5, deadline.Token); }
        return Stopwatch.GetElapsedTime(Volatile.Read(ref lastHere), Volatile.Read(ref firstThere));
    }

    public void Dispose()
    {
        end.Cancel();
        thread.Join();
        end.Dispose();
    }

    private void Follow(string here, string there)
    {
        var (before, at) = (Length(here), Length(there));
        while (!end.IsCancellationRequested && firstThere == 0)
        {
            var (now, other) = (Length(here), Length(there));
            if (now > before) { Volatile.Write(ref lastHere, Stopwatch.GetTimestamp()); }
            if (other > at && other > 0) { Volatile.Write(ref firstThere, Stopwatch.GetTimestamp()); }
            (before, at) = (now, other);
            Thread.Sleep(1);
        }
    }

    private static long Length(string path)
    {
        try { return new FileInfo(path) is { Exists: true } file ? file.Length : 0; }
        catch (IOException) { return 0; }
    }
}
