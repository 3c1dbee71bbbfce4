using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ControlPlane.Agent.Remote;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Benchmarks;

/// <summary>
/// So many agents on one service, each with its own connection over mutual TLS: what idle waits and renewed leases cost it, and how long from
/// a create's POST until the assignment is at its agent. One JSON line.
/// </summary>
internal static class AgentBenchmarks
{
    private const int Joins = 16;
    private const int Creates = 200;
    private const int First = 20;

    private static readonly TimeSpan idle = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(int agents)
    {
        await using var service = await MeasuredService.ForAgentsAsync(("ControlPlane__AgentEndpoint__MaxConnections", "100000"));
        await ImageAsync(service);
        var fleet = await JoinAsync(service, agents);
        using var end = new CancellationTokenSource();
        var arrived = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var firsts = fleet.ConvertAll(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var running = new List<Task>(agents);
        foreach (var (index, agent) in fleet.Index())
        {
            running.Add(agent.RunAsync(firsts[index], arrived, TimeSpan.FromMilliseconds(10_000.0 * index / agents), end.Token));
            if (index % 100 == 99) { await firsts[index].Task; }
        }
        await Task.WhenAll(firsts.Select(first => first.Task));
        await Task.Delay(TimeSpan.FromSeconds(35));
        fleet.ForEach(agent => agent.TakeRenewals());

        var (before, watch) = (service.ProcessorTime, Stopwatch.StartNew());
        await Task.Delay(idle);
        var cores = (service.ProcessorTime - before) / watch.Elapsed;
        var renewals = new Samples(fleet.SelectMany(agent => agent.TakeRenewals()));
        var times = await AssignAsync(service, arrived);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            benchmark = "agents", agents, idleCores = Math.Round(cores, 3), renewalsPerSecond = Math.Round(renewals.Count / idle.TotalSeconds),
            renewalP99Ms = Math.Round(renewals.P99Ms, 1), assignmentP50Ms = Math.Round(times.MedianMs, 1),
            assignmentP99Ms = Math.Round(times.P99Ms, 1), ended = running.Count(task => task.IsCompleted), refused = fleet.Sum(agent => agent.Refusals.Count), residentMiB = service.ResidentMiB,
        }));
        foreach (var kind in fleet.SelectMany(agent => agent.Refusals).GroupBy(words => words[..Math.Min(words.Length, 200)]).Take(5))
        {
            Console.WriteLine($"refused {kind.Count()} times: {kind.Key}");
        }
        await end.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var agent in fleet) { agent.Dispose(); }
    }

    private static async Task<List<SimulatedAgent>> JoinAsync(MeasuredService service, int agents)
    {
        var door = service.Door!;
        using var unknown = ServiceConnection.OpenUnknown(door);
        var document = JsonSerializer.Deserialize(
            await unknown.GetStringAsync(AgentProtocol.Authority), AgentJson.Default.AuthorityDocument)!;
        using var authority = X509Certificate2.CreateFromPem(document.Certificate);
        using var joining = ServiceConnection.Open(door, authority, () => null);
        var fleet = new ConcurrentBag<SimulatedAgent>();
        await Parallel.ForEachAsync(Enumerable.Range(0, agents), new ParallelOptions { MaxDegreeOfParallelism = Joins }, async (number, _) =>
            fleet.Add(await SimulatedAgent.JoinAsync(service, door, joining, $"h{number}")));
        return [.. fleet];
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
