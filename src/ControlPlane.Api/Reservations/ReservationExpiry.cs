using ControlPlane.Api.Persistence;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Reservations;

/// <summary>Sweeps at the start of the service and after each interval.</summary>
public sealed class ReservationExpiry(
    Store store, ReservationSweep sweep, IOptions<ReservationOptions> options, TimeProvider time, ILogger<ReservationExpiry> logger)
    : BackgroundService
{
    private bool interrupted;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds), time);
        try
        {
            await store.Opened.WaitAsync(stoppingToken);
            do { await SweepAsync(stoppingToken); }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            await sweep.RunAsync(ct);
            interrupted = false;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Once for an outage, not every second of it.
            if (!interrupted) { ReservationsLog.Interrupted(logger, fault); }
            interrupted = true;
        }
    }
}
