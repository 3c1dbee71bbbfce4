using ControlPlane.Api.Images;
using ControlPlane.Api.Persistence;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Retention;

/// <summary>Sweeps at the start of the service and after each interval.</summary>
public sealed class RetentionService(
    Store store, RetentionSweep sweep, ImageStore images, IOptions<RetentionOptions> options, TimeProvider time,
    ILogger<RetentionService> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.IntervalSeconds), time);
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
            await images.CleanAsync(ct);
            await sweep.RunAsync(ct);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            RetentionLog.Interrupted(logger, fault);
        }
    }
}
