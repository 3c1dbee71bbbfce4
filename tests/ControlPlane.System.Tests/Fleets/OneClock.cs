using System.Diagnostics;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// Follows the consoles of VMs on several hosts by one monotonic clock, so that what two guests of one VM have written can be compared. A
/// console is looked at every few milliseconds; a line gets the times of the looks before and after it came, so a look that is late
/// makes a line's time less sharp and never wrong.
/// </summary>
public sealed class OneClock : IAsyncDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(5);

    private readonly Lock gate = new();
    private readonly List<FollowedConsole> followed = [];
    private readonly List<ConsoleLine> lines = [];
    private readonly CancellationTokenSource end = new();
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Task following;

    // A thread of its own: it must look while the pool is busy.
    public OneClock() => following = Task.Factory.StartNew(Follow, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The present moment on the clock.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(start);

    /// <summary>From now on reads what a VM writes on a host, also when its file is yet to come, goes, and comes again.</summary>
    public void Add(AgentProcess host, string vm)
    {
        lock (gate) { followed.Add(new(host.Name, vm, Path.Combine(host.Directory, "vms", vm, "serial.log"), Now)); }
    }

    /// <summary>What a VM has written anywhere, in the order in which it was seen.</summary>
    public IReadOnlyList<ConsoleLine> Lines(string vm)
    {
        lock (gate) { return lines.Where(line => line.Vm == vm).ToList(); }
    }

    /// <summary>Waits for a line that was seen after this call and fits, and gives it.</summary>
    public async Task<ConsoleLine> NextAsync(string vm, Func<ConsoleLine, bool> fits, TimeSpan limit, Func<string> otherwise)
    {
        var (asked, found) = (Now, (ConsoleLine?)null);
        await Eventually.TrueAsync(() => (found = Lines(vm).FirstOrDefault(line => line.NotBefore >= asked && fits(line))) is not null, limit,
            () => $"{vm}: {string.Join('\n', Lines(vm).TakeLast(20))}\n{otherwise()}");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await following;
        foreach (var console in followed) { console.Dispose(); }
        end.Dispose();
    }

    private void Follow()
    {
        do
        {
            lock (gate)
            {
                foreach (var console in followed) { lines.AddRange(console.Look(() => Now)); }
            }
        }
        while (!end.Token.WaitHandle.WaitOne(pause));
    }
}
