using System.Net;
using System.Text.Json;

namespace ControlPlane.System.Tests;

/// <summary>Two processes of the service on one PostgreSQL database.</summary>
[Collection(RealGuests.Name)]
public sealed class ReplicaTests(PostgresCluster postgres) : IClassFixture<PostgresCluster>
{
    private const int Rounds = 60;
    private const string Allocations = "/v1/pools/default/allocations";

    [SkippableFact]
    public async Task Of_two_processes_racing_for_the_last_slot_exactly_one_wins_always()
    {
        await using var replicas = await Replicas.StartAsync(postgres);
        await replicas.AddHostAsync("h1", vcpu: 1);
        for (var round = 0; round < Rounds; round++)
        {
            var answers = await Task.WhenAll(replicas.Each(service => ClaimAsync(service, vcpu: 1)));

            Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
            var won = answers.Single(answer => answer.Status == HttpStatusCode.Created).Body.GetProperty("id").GetString();
            await replicas.Any(round).AskAsync(204, HttpMethod.Delete, $"{Allocations}/{won}");
        }
    }

    [SkippableFact]
    public async Task Claims_of_two_processes_near_full_never_exceed_what_there_is()
    {
        await using var replicas = await Replicas.StartAsync(postgres);
        for (var host = 0; host < 6; host++) { await replicas.AddHostAsync($"h{host}", vcpu: 20); }
        var chance = new Random(20261126);
        var wanted = Enumerable.Range(0, 160).Select(_ => chance.Next(1, 4)).ToList();

        var answers = await Task.WhenAll(wanted.Select((vcpu, i) => ClaimAsync(replicas.Any(i), vcpu)));

        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        var claimed = answers.Zip(wanted).Where(pair => pair.First.Status == HttpStatusCode.Created).Sum(pair => pair.Second);
        foreach (var service in replicas.All)
        {
            var hosts = (await service.GetAsync("/v1/hosts")).GetProperty("items").EnumerateArray()
                .Select(host => host.GetProperty("capacity").GetProperty("vcpu").GetProperty("used").GetInt64()).ToList();
            Assert.All(hosts, used => Assert.InRange(used, 0, 20));
            Assert.Equal(claimed, hosts.Sum());
            Assert.True((await service.GetAsync("/v1/reports/model")).GetProperty("r").GetProperty("consistent").GetBoolean());
        }
        // What is still asked for and refused is truly not there: no host has room for the smallest claim that was refused.
        var smallest = answers.Zip(wanted).Where(pair => pair.First.Status == HttpStatusCode.Conflict).Select(pair => pair.Second).DefaultIfEmpty(4).Min();
        Assert.True(claimed > (6 * 20) - (6 * smallest), $"{claimed} claimed, {smallest} refused");
    }

    [SkippableFact]
    public async Task Readers_of_either_process_see_the_same_changes_without_a_gap_while_both_write()
    {
        await using var replicas = await Replicas.StartAsync(postgres);
        const int Pools = 120;
        var reading = replicas.Each(service => EventsAsync(service, newest => newest >= Pools));

        await Task.WhenAll(Enumerable.Range(0, Pools).Select(i =>
            replicas.Any(i).AskAsync(201, HttpMethod.Post, "/v1/pools", new { name = $"p{i}" })));

        var seen = await Task.WhenAll(reading);
        foreach (var revisions in seen) { Assert.Equal(Enumerable.Range(1, revisions.Count).Select(revision => (long)revision), revisions); }
    }

    [SkippableFact]
    public async Task What_one_process_does_wakes_those_who_wait_at_the_other()
    {
        await using var replicas = await Replicas.StartAsync(postgres);
        await replicas.AddHostAsync("h1", vcpu: 8);
        var accepted = await replicas.Any(0).AskAsync(202, HttpMethod.Post, "/v1/vms", new { name = "vm1", spec = Replicas.Spec });

        var operation = await replicas.Any(1).AskAsync(200, HttpMethod.Get, PathOf(accepted), null, ("Prefer", "wait=60"));

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
    }

    [SkippableFact]
    public async Task What_a_killed_process_had_accepted_is_kept_and_finished_by_the_other()
    {
        await using var replicas = await Replicas.StartAsync(postgres);
        for (var host = 0; host < 4; host++) { await replicas.AddHostAsync($"h{host}", vcpu: 32); }
        var accepted = new List<JsonElement>();
        var dying = replicas.All[0];
        var creating = Enumerable.Range(0, 30).Select(async i =>
        {
            try
            {
                var operation = await dying.AskAsync(202, HttpMethod.Post, "/v1/vms", new { name = $"vm{i}", spec = Replicas.Spec });
                lock (accepted) { accepted.Add(operation); }
            }
            catch (HttpRequestException)
            {
                // It was killed before it answered: nothing was promised.
            }
        }).ToList();
        await Task.WhenAny(creating);
        await dying.KillAsync();
        await Task.WhenAll(creating);

        Assert.NotEmpty(accepted);
        foreach (var operation in accepted)
        {
            var ended = await replicas.All[1].AskAsync(200, HttpMethod.Get, PathOf(operation), null, ("Prefer", "wait=60"));
            Assert.True(ended.GetProperty("state").GetString() == "SUCCEEDED", $"{ended}\n{replicas.All[1].Output}");
        }
        Assert.True((await replicas.All[1].GetAsync("/v1/reports/model")).GetProperty("r").GetProperty("consistent").GetBoolean());
    }

    private static string PathOf(JsonElement operation) => $"/v1/operations/{operation.GetProperty("id").GetString()}";

    private static async Task<(HttpStatusCode Status, JsonElement Body)> ClaimAsync(ServiceProcess service, int vcpu)
    {
        using var response = await service.SendAsync(HttpMethod.Post, Allocations, new { owner = "racer", resources = new { vcpu } });
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private static async Task<List<long>> EventsAsync(ServiceProcess service, Func<long, bool> enough)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var stream = await service.Client.GetStreamAsync("/v1/events?after=0", limit.Token);
        using var reader = new StreamReader(stream);
        var revisions = new List<long>();
        while (revisions.Count == 0 || !enough(revisions[^1]))
        {
            var line = await reader.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException($"ended after {revisions.LastOrDefault()}");
            if (line.StartsWith("id:", StringComparison.Ordinal)) { revisions.Add(long.Parse(line[3..].Trim())); }
        }
        return revisions;
    }
}
