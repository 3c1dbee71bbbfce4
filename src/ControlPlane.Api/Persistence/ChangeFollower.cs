namespace ControlPlane.Api.Persistence;

/// <summary>
/// Keeps this process abreast of what others commit to the same database: told by NOTIFY, and by looking every second in case a word was
/// lost. Its line to the database also says whether the database can be reached, and holds this process's duties.
/// </summary>
internal sealed class ChangeFollower(
    Store store, IStoreDatabase database, Duties duties, TimeProvider time, ILogger<ChangeFollower> logger) : BackgroundService
{
    private const int MaxPauseSeconds = 4;
    private static readonly TimeSpan tick = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database is not PostgresStore postgres) { return; }
        await store.Opened.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var pause = 1; !stoppingToken.IsCancellationRequested; pause = Math.Min(pause * 2, MaxPauseSeconds))
        {
            try
            {
                await using var link = await postgres.LinkAsync(stoppingToken);
                store.Trouble = null;
                pause = 1;
                await FollowAsync(link, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                store.Trouble = $"PostgreSQL cannot be reached ({postgres.Description}: {PostgresFaults.Words(fault)}); "
                    + "it is tried again until it can";
                PersistenceLog.NotReached(logger, postgres.Description, PostgresFaults.Words(fault), pause);
            }
            catch (OperationCanceledException)
            {
                // The service stops.
            }
            duties.LoseAll();
            postgres.ForgetIdleConnections();
            await Task.Delay(TimeSpan.FromSeconds(pause), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(PostgresLink link, CancellationToken ct)
    {
        long? told = null;
        while (true)
        {
            await store.CatchUpAsync(told, ct);
            foreach (var duty in duties.Wanted())
            {
                if (await link.TryTakeAsync(duty, ct))
                {
                    duties.Take(duty);
                    PersistenceLog.DutyTaken(logger, duty);
                }
            }
            told = await link.WaitAsync(tick, ct);
        }
    }
}
