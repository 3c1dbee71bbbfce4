using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>
/// So many agents on one service, in eight processes, each with its own connection over mutual TLS: what idle waits and renewed leases cost it, and how long from
/// a create's POST until the assignment is at its agent. One JSON line.
/// </summary>
internal static class AgentBenchmarks
{
    private const int Parts = 8;
    private const int JoinAtOnce = 100;
    private const int Creates = 200;
    private const int First = 20;

    private static readonly TimeSpan idle = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(int agents)
    {
        await using var service = await MeasuredService.ForAgentsAsync(("ControlPlane__AgentEndpoint__MaxConnections", "100000"));
        await ImageAsync(service);
        var arrived = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var parts = Enumerable.Range(0, Parts).Select(_ => AgentsPartProcess.Start(service.Door!, arrived)).ToList();
        await Task.WhenAll(parts.Select((part, index) => JoinAsync(service, part, [.. Enumerable.Range(0, agents).Where(n => n % Parts == index)])));
        await Task.WhenAll(parts.Select(part => part.BeginAsync()));
        await Task.Delay(TimeSpan.FromSeconds(35));
        await Task.WhenAll(parts.Select(part => part.ForgetAsync()));

        var (before, watch) = (service.ProcessorTime, Stopwatch.StartNew());
        await Task.Delay(idle);
        var cores = (service.ProcessorTime - before) / watch.Elapsed;
        var reports = await Task.WhenAll(parts.Select(part => part.TellAsync()));
        var renewals = new Samples(reports.SelectMany(report => report.RenewalsMs).Select(TimeSpan.FromMilliseconds));
        var times = await AssignAsync(service, arrived);
        reports = await Task.WhenAll(parts.Select(part => part.TellAsync()));
        var refusals = reports.SelectMany(report => report.Refusals).ToList();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            benchmark = "agents", agents, idleCores = Math.Round(cores, 3), renewalsPerSecond = Math.Round(renewals.Count / idle.TotalSeconds),
            renewalP99Ms = Math.Round(renewals.P99Ms, 1), assignmentP50Ms = Math.Round(times.MedianMs, 1),
            assignmentP99Ms = Math.Round(times.P99Ms, 1), over100 = times.Over(100), ended = reports.Sum(report => report.Ended),
            refused = refusals.Count, residentMiB = service.ResidentMiB,
        }));
        foreach (var kind in refusals.GroupBy(words => words[..Math.Min(words.Length, 200)]).Take(5))
        {
            Console.WriteLine($"refused {kind.Count()} times: {kind.Key}");
        }
        foreach (var part in parts) { await part.DisposeAsync(); }
    }

    // A few at a time: the service lets no more than a thousand tokens wait to be used.
    private static async Task JoinAsync(MeasuredService service, AgentsPartProcess part, int[] numbers)
    {
        foreach (var some in numbers.Chunk(JoinAtOnce))
        {
            var tokens = new List<string>(JoinAtOnce);
            foreach (var number in some)
            {
                var made = await service.SendAsync(HttpMethod.Post, "/v1/hosts/join-tokens", new { name = $"h{number}" });
                tokens.Add(made.GetProperty("token").GetString()!);
            }
            await part.JoinAsync(tokens);
        }
    }

    private static async Task ImageAsync(MeasuredService service)
    {
        await service.SendAsync(HttpMethod.Post, "/v1/images", new { name = "raw", format = "RAW" });
        var path = Path.Combine(service.Directory, "raw.img");
        await File.WriteAllBytesAsync(path, new byte[1 << 20]);
        await service.UploadAsync("/v1/images/raw/content", path);
    }

    private static async Task<Samples> AssignAsync(MeasuredService service, ConcurrentDictionary<string, long> arrived)
    {
        var began = new Dictionary<string, long>(StringComparer.Ordinal);
        // The first of all make the service ready for the others, and are not counted.
        for (var i = -First; i < Creates; i++)
        {
            began[$"vm{i}"] = Stopwatch.GetTimestamp();
            await service.SendAsync(HttpMethod.Post, "/v1/vms", new
            {
                name = $"vm{i}",
                spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1, image = "raw", placement = new { algorithm = "RANDOM" } },
            });
            await Task.Delay(100);
        }
        await Task.Delay(TimeSpan.FromSeconds(5));
        return new Samples(began.Skip(First).Select(pair => arrived.TryGetValue(pair.Key, out var at)
            ? Stopwatch.GetElapsedTime(pair.Value, at) : TimeSpan.FromSeconds(999)));
    }
}
