using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Queueing;

/// <summary>
/// Looks at the queue when somebody comes and, while anybody waits, after every change: whatever made room was one. It keeps nothing, so
/// that after a restart, or in another process, the same are served in the same order.
/// </summary>
public sealed class QueueDispatcher(
    Store store, QueueService queue, QueueKeep keep, OperationRunner runner, IOptions<QueueOptions> options, TimeProvider time,
    ILogger<QueueDispatcher> logger) : BackgroundService
{
    // Many changes in a row are looked at once.
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim wake = new(0, 1);
    private bool interrupted;

    /// <summary>Says that somebody came to wait.</summary>
    public void Wake()
    {
        if (wake.CurrentCount > 0) { return; }
        try { wake.Release(); }
        catch (SemaphoreFullException) { return; }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.Opened.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                interrupted = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Once for an outage, not every second of it.
                if (!interrupted) { QueueLog.Interrupted(logger, fault); }
                interrupted = true;
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        // Taken before the look: a change in between is not missed.
        var (changed, begun) = (store.Signals.Any(), time.GetTimestamp());
        var sweep = TimeSpan.FromSeconds(options.Value.SweepSeconds);
        if (await FirstDeadlineAsync(ct) is not { } deadline)
        {
            keep.Set([]);
            await wake.WaitAsync(sweep, ct);
            return;
        }
        var now = time.GetUtcNow();
        var ended = deadline <= now ? await queue.GiveUpAsync(ct) : 0;
        var found = await queue.FindAsync(now, ct);
        if (found.Any) { ended += await queue.ServeAsync(found, ct); }
        if (ended > 0)
        {
            runner.Wake();
            return;
        }
        // A long queue takes its time: at the most half of it goes by looking.
        var rest = time.GetElapsedTime(begun) is var took && took > pause ? took : pause;
        await WaitAsync(changed, deadline > now && deadline - now < sweep ? deadline - now : sweep, rest, ct);
    }

    private async Task WaitAsync(Task changed, TimeSpan atMost, TimeSpan rest, CancellationToken ct)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(changed, wake.WaitAsync(waiting.Token), Task.Delay(atMost, time, waiting.Token));
        await waiting.CancelAsync();
        await Task.Delay(rest, time, ct);
    }

    private async Task<DateTimeOffset?> FirstDeadlineAsync(CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await QueuePlaces.Waiting(db).OrderBy(row => row.QueueDeadline).Select(row => row.QueueDeadline).FirstOrDefaultAsync(ct);
    }
}
