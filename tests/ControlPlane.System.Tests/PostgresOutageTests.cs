using System.Collections.Concurrent;
using System.Net;

namespace ControlPlane.System.Tests;

/// <summary>PostgreSQL is not there when the service starts, or goes away and comes back while it serves.</summary>
[Collection(RealGuests.Name)]
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private const string SweepFailed = "Reservations whose time is over could not be looked through";

    private readonly PostgresCluster postgres = new();

    public Task InitializeAsync() => postgres.InitializeAsync();

    public Task DisposeAsync() => postgres.DisposeAsync();

    [SkippableFact]
    public async Task A_service_that_starts_without_its_PostgreSQL_waits_and_says_so()
    {
        var settings = postgres.Settings(await postgres.NewDatabaseAsync());
        await postgres.StopAsync();
        await using var service = await ServiceProcess.LaunchAsync(settings);

        var waiting = await service.AskAsync(503, HttpMethod.Get, "/readyz");
        Assert.Contains("PostgreSQL cannot be reached", await DetailOnceTriedAsync(service, waiting.GetProperty("detail").GetString()!), StringComparison.Ordinal);
        await RefusesForNowAsync(service, HttpMethod.Get, "/v1/pools", null);
        await RefusesForNowAsync(service, HttpMethod.Post, "/v1/pools", new { name = "p" });

        await postgres.StartAsync();
        await service.ReadyAsync();
        await service.AskAsync(201, HttpMethod.Post, "/v1/pools", new { name = "p" });
        Assert.Equal(0, TimesSaid(service, SweepFailed));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_that_was_acknowledged_is_lost_when_PostgreSQL_goes_and_comes_back(bool crash)
    {
        await using var service = await ServiceProcess.StartAsync(postgres.Settings(await postgres.NewDatabaseAsync()));
        var kept = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => WriteAsync(service, $"w{writer}", kept, stop.Token)).ToList();
        await Eventually.TrueAsync(() => Task.FromResult(kept.Count > 20), TimeSpan.FromSeconds(30), () => service.Output);

        await postgres.StopAsync(crash);
        await Eventually.TrueAsync(() => UnreadyAsync(service), TimeSpan.FromSeconds(30), () => "still ready");
        await RefusesForNowAsync(service, HttpMethod.Get, "/v1/pools", null);
        await RefusesForNowAsync(service, HttpMethod.Post, "/v1/pools", new { name = "lost" });
        var before = kept.Count;
        await postgres.StartAsync();
        await service.ReadyAsync();
        await Eventually.TrueAsync(() => Task.FromResult(kept.Count > before + 20), TimeSpan.FromSeconds(30), () => service.Output);
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        // It is tried every second, and said once for an outage.
        Assert.InRange(TimesSaid(service, SweepFailed), 0, 1);

        var pools = (await service.GetAsync("/v1/pools?pageSize=1000")).GetProperty("items").EnumerateArray()
            .Select(pool => pool.GetProperty("name").GetString()!).ToHashSet();
        Assert.Subset(pools, kept.ToHashSet());
        Assert.DoesNotContain("lost", pools);
    }

    private static int TimesSaid(ServiceProcess service, string words) => service.Output.Split(words).Length - 1;

    // The same name again after an answer that says nothing for certain, with the same key: it is made once.
    private static async Task WriteAsync(ServiceProcess service, string writer, ConcurrentQueue<string> kept, CancellationToken ct)
    {
        for (var i = 0; i < 400 && !ct.IsCancellationRequested;)
        {
            var name = $"{writer}-{i}";
            using var response = await service.SendAsync(HttpMethod.Post, "/v1/pools", new { name }, ("Idempotency-Key", name));
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable });
            if (response.StatusCode == HttpStatusCode.Created)
            {
                kept.Enqueue(name);
                i++;
            }
        }
    }

    private static async Task RefusesForNowAsync(ServiceProcess service, HttpMethod method, string path, object? body)
    {
        using var response = await service.SendAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{response.StatusCode}: {text}");
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("\"unavailable\"", text, StringComparison.Ordinal);
    }

    private static async Task<bool> UnreadyAsync(ServiceProcess service)
    {
        using var response = await service.Client.GetAsync("/readyz");
        return response.StatusCode == HttpStatusCode.ServiceUnavailable
            && (await response.Content.ReadAsStringAsync()).Contains("PostgreSQL cannot be reached", StringComparison.Ordinal);
    }

    private static async Task<string> DetailOnceTriedAsync(ServiceProcess service, string detail)
    {
        await Eventually.TrueAsync(async () =>
        {
            detail = (await service.AskAsync(503, HttpMethod.Get, "/readyz")).GetProperty("detail").GetString()!;
            return !detail.Contains("is being opened", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(30), () => detail);
        return detail;
    }
}
