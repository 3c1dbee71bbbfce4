using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>
/// Server-sent events: <c>return Sse.Of(feed.FollowAsync(terms.After, ct));</c> on an endpoint that says <c>.Streams()</c>.
/// </summary>
public sealed class Sse : IResult
{
    private static readonly byte[] keepAlive = ": keep-alive\n\n"u8.ToArray();

    private readonly IAsyncEnumerable<SseEvent> events;

    private Sse(IAsyncEnumerable<SseEvent> events) => this.events = events;

    public static IResult Of(IAsyncEnumerable<SseEvent> events) => new Sse(events);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        RequireStreamLimit(httpContext);
        var services = httpContext.RequestServices;
        var every = TimeSpan.FromSeconds(services.GetRequiredService<IOptions<HttpLimitsOptions>>().Value.StreamKeepAliveSeconds);
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            await BeginAsync(httpContext.Response, end.Token);
            await CopyAsync(httpContext.Response, every, services.GetRequiredService<TimeProvider>(), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader went away or the service stops; the reader comes back with its Last-Event-ID.
        }
    }

    /// <summary>The frame of one event, as it goes over the wire. JSON has no line breaks, so one data line is enough.</summary>
    public static byte[] Frame(SseEvent one)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"id: {one.Id}\nevent: {one.Event}\ndata: ");
        var json = JsonSerializer.SerializeToUtf8Bytes(one.Payload, one.Payload.GetType(), Wire.Json);
        return [.. System.Text.Encoding.UTF8.GetBytes(head), .. json, .. "\n\n"u8];
    }

    private static void RequireStreamLimit(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<StreamShape>() is null)
        {
            var route = context.GetEndpoint()?.DisplayName;
            throw new InvalidOperationException($"{route} streams, but does not say .Streams(): nothing would bound it");
        }
    }

    private static Task BeginAsync(HttpResponse response, CancellationToken ct)
    {
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        return response.Body.FlushAsync(ct);
    }

    private async Task CopyAsync(HttpResponse response, TimeSpan every, TimeProvider time, CancellationToken ct)
    {
        await using var source = events.GetAsyncEnumerator(ct);
        var next = source.MoveNextAsync().AsTask();
        try
        {
            while (await NextOrBeatAsync(next, every, time, ct) is var moved && moved != false)
            {
                await WriteAsync(response, moved is null ? keepAlive : Frame(source.Current), ct);
                next = moved is null ? next : source.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An enumerator must not be disposed while it moves.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>True: an event came. False: there will be no more. Null: none came in time.</summary>
    private static async Task<bool?> NextOrBeatAsync(Task<bool> next, TimeSpan every, TimeProvider time, CancellationToken ct)
    {
        try
        {
            return await next.WaitAsync(every, time, ct);
        }
        catch (TimeoutException)
        {
            return next.IsCompleted ? await next : null;
        }
    }

    private static async Task WriteAsync(HttpResponse response, byte[] bytes, CancellationToken ct)
    {
        await response.Body.WriteAsync(bytes, ct);
        await response.Body.FlushAsync(ct);
    }
}
