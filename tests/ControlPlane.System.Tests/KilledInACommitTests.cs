using System.Collections.Concurrent;
using System.Text.Json;

namespace ControlPlane.System.Tests;

/// <summary>The service is killed while many clients' claims share commits: what was answered is there, and nothing is promised twice.</summary>
public sealed class KilledInACommitTests
{
    private const int Kills = 6;
    private const int Clients = 16;
    private const int Seed = 20261126;

    [Fact]
    public async Task No_claim_that_was_answered_is_lost_and_the_ledger_adds_up()
    {
        await using var service = await ServiceProcess.StartAsync(("ControlPlane__LocalHost__Enabled", "false"));
        for (var i = 0; i < 4; i++)
        {
            await service.AskAsync(201, HttpMethod.Post, "/v1/hosts",
                new { name = $"h{i}", driver = "SIMULATED", capacity = new { vcpu = 20_000, memoryMiB = 200_000, diskGiB = 10 } });
        }
        var (answered, random) = (new ConcurrentDictionary<string, string>(), new Random(Seed));
        for (var kill = 0; kill < Kills; kill++)
        {
            // Once claims are being answered the kill comes at some moment between two of them.
            var (before, clients) = (answered.Count, Enumerable.Range(0, Clients).Select(client => ClaimAsync(service, $"{kill}-{client}", answered)).ToList());
            await Eventually.TrueAsync(() => Task.FromResult(answered.Count > before + Clients), TimeSpan.FromSeconds(120), () => service.Output);
            await Task.Delay(random.Next(300));
            await service.KillAsync();
            await Task.WhenAll(clients);
            await service.StartAgainAsync();
            await HoldsAsync(service, answered);
        }
    }

    // Until the service is gone. What has no answer may or may not have been done.
    private static async Task ClaimAsync(ServiceProcess service, string client, ConcurrentDictionary<string, string> answered)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var owner = $"{client}-{i}";
                using var response = await service.SendAsync(HttpMethod.Post, "/v1/pools/default/allocations",
                    new { owner, resources = new { vcpu = 1, memoryMiB = 2 } });
                var text = await response.Content.ReadAsStringAsync();
                Assert.True(response.IsSuccessStatusCode, text);
                answered[owner] = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or ObjectDisposedException or IOException)
            {
                return;
            }
        }
    }

    private static async Task HoldsAsync(ServiceProcess service, ConcurrentDictionary<string, string> answered)
    {
        var (held, vcpus) = (new Dictionary<string, string>(), 0L);
        for (var next = "/v1/pools/default/allocations?pageSize=1000"; next is not null;)
        {
            var page = await service.GetAsync(next);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                held.Add(item.GetProperty("owner").GetString()!, item.GetProperty("id").GetString()!);
                vcpus += item.GetProperty("resources").GetProperty("vcpu").GetInt64();
            }
            next = page.TryGetProperty("nextPageToken", out var token) && token.GetString() is { Length: > 0 } more
                ? $"/v1/pools/default/allocations?pageSize=1000&pageToken={Uri.EscapeDataString(more)}" : null;
        }
        foreach (var (owner, id) in answered) { Assert.Equal(id, held.GetValueOrDefault(owner)); }
        var hosts = (await service.GetAsync("/v1/hosts")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(vcpus, hosts.Sum(host => host.GetProperty("capacity").GetProperty("vcpu").GetProperty("used").GetInt64()));
        Assert.Equal(vcpus, (await service.GetAsync("/v1/pools/default")).GetProperty("limits").GetProperty("vcpu").GetProperty("used").GetInt64());
        Assert.All(hosts, host => Assert.InRange(host.GetProperty("capacity").GetProperty("vcpu").GetProperty("used").GetInt64(), 0, 20_000));
        Assert.True((await service.GetAsync("/v1/reports/model")).GetProperty("r").GetProperty("consistent").GetBoolean());
    }
}
