using System.Threading.RateLimiting;
using ControlPlane.Api.Http.Logging;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>
/// How many requests are open at one time. Each kind has its own bound: a thousand clients that wait for their operations, or
/// read events, must not keep out the one that asks something short.
/// </summary>
internal static class RequestLimits
{
    private const string Open = "open paths";
    private const string Streams = nameof(HttpLimitsOptions.MaxOpenStreams);
    private const string Uploads = nameof(HttpLimitsOptions.MaxConcurrentUploads);
    private const string Waits = nameof(HttpLimitsOptions.MaxWaitingRequests);
    private const string Requests = nameof(HttpLimitsOptions.MaxConcurrentRequests);

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(limiter => limiter.OnRejected = RejectAsync);
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<HttpLimitsOptions>>((limiter, options) =>
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, options.Value)));
        return services;
    }

    private static RateLimitPartition<string> Partition(HttpContext context, HttpLimitsOptions limits) => KindOf(context) switch
    {
        Open => RateLimitPartition.GetNoLimiter(Open),
        Streams => Bounded(Streams, limits.MaxOpenStreams, 0),
        Uploads => Bounded(Uploads, limits.MaxConcurrentUploads, 0),
        Waits => Bounded(Waits, limits.MaxWaitingRequests, 0),
        _ => Bounded(Requests, limits.MaxConcurrentRequests, limits.MaxQueuedRequests),
    };

    private static string KindOf(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata;
        return context.Request switch
        {
            { Path: var path } when OpenPaths.Contain(path) => Open,
            _ when route?.GetMetadata<StreamShape>() is not null => Streams,
            _ when route?.GetMetadata<UploadLimit>() is not null => Uploads,
            _ when route?.GetMetadata<WaitShape>() is not null && AsksToWait(context) => Waits,
            _ => Requests,
        };
    }

    private static bool AsksToWait(HttpContext context) =>
        context.Request.Headers["Prefer"].ToString().Contains("wait", StringComparison.OrdinalIgnoreCase);

    private static RateLimitPartition<string> Bounded(string key, int permits, int queue) => RateLimitPartition.GetConcurrencyLimiter(
        key,
        _ => new ConcurrencyLimiterOptions
        {
            PermitLimit = permits,
            QueueLimit = queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken ct)
    {
        var context = rejected.HttpContext;
        var limit = KindOf(context);
        HttpLog.LimitReached(context.RequestServices.GetRequiredService<ILogger<HttpLimitsOptions>>(), context.Request.Path, limit);
        await Problems.WriteAsync(context, new Problem(ProblemCode.RateLimited, $"As many requests are open as {limit} allows."));
    }
}
