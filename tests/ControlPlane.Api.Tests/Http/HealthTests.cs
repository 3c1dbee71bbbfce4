using System.Net;
using ControlPlane.Api.Health;
using ControlPlane.Api.Http;
using ControlPlane.Api.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Http;

public sealed class HealthTests
{
    [Fact]
    public async Task Ready_means_that_every_check_says_so()
    {
        await using var app = await StartAsync(new Check("store", _ => ValueTask.FromResult<string?>(null)));
        var response = await app.Anonymous.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """{"status":"READY","checks":[{"name":"store","ready":true,"reason":null}]}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Not_ready_says_why_for_each_check()
    {
        await using var app = await StartAsync(
            new Check("store", _ => ValueTask.FromResult<string?>(null)),
            new Check("runner", _ => ValueTask.FromResult<string?>("has not caught up")),
            new Check("agent", _ => throw new InvalidOperationException("the secret of the inside")),
            new Check("disk", async ct =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return null;
            }));
        var response = await app.Anonymous.GetAsync("/readyz");
        var problem = await HttpTestApp.ProblemAsync(response, ProblemCode.Unavailable);
        Assert.Equal(
            "Not ready: runner: has not caught up; agent: the check itself failed; disk: gave no answer within 1 s",
            problem.GetProperty("detail").GetString());
        Assert.Equal(4, problem.GetProperty("checks").GetArrayLength());
        Assert.True(problem.GetProperty("checks")[0].GetProperty("ready").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await app.Anonymous.GetAsync("/healthz")).StatusCode);
    }

    [Fact]
    public async Task The_metrics_tell_of_requests_ledger_operations_and_scheduling()
    {
        await using var app = await StartAsync();
        var fleet = app.Services.GetRequiredService<FleetMetrics>();
        fleet.ReadLedgerFrom(() => [new LedgerUse("crates", 5, 64)]);
        fleet.ReadOperationsFrom(() => [new OperationCount("OPEN_CRATE", "RUNNING", 3)]);
        fleet.OperationEntered("OPEN_CRATE", "SUCCEEDED");
        fleet.Scheduled(TimeSpan.FromMilliseconds(2), "CRATES_FIRST", "PLACED");
        await app.SendAsync("GET", "/v1/crates/kept");
        var text = await app.Anonymous.GetStringAsync("/metrics");
        foreach (var pattern in new[]
        {
            // Another class may be asking its own app at this moment: the framework's instruments are read by name.
            """http_server_request_duration_seconds_count\{.*http_response_status_code="200",http_route="/v1/crates/\{crate\}".*\} [1-9]""",
            """controlplane_ledger_used\{.*resource="crates"\} 5""",
            """controlplane_ledger_capacity\{.*resource="crates"\} 64""",
            """controlplane_operations\{.*kind="OPEN_CRATE",state="RUNNING"\} 3""",
            """controlplane_operations_transitions_total\{.*kind="OPEN_CRATE",state="SUCCEEDED"\} 1""",
            """controlplane_scheduling_duration_seconds_count\{.*algorithm="CRATES_FIRST",outcome="PLACED"\} 1""",
        })
        {
            Assert.Matches(pattern, text);
        }
    }

    private static Task<HttpTestApp> StartAsync(params Check[] checks) => HttpTestApp.StartAsync(
        services: services => Array.ForEach(checks, check => services.AddSingleton<IReadinessCheck>(check)),
        settings: [("ControlPlane:Http:ReadinessTimeoutSeconds", "1")]);

    private sealed class Check(string name, Func<CancellationToken, ValueTask<string?>> reason) : IReadinessCheck
    {
        public string Name => name;

        public ValueTask<string?> ReasonNotReadyAsync(CancellationToken ct) => reason(ct);
    }
}
