using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Benchmarks;

/// <summary>
/// POST /v1/vms to SUCCEEDED on many simulated hosts by many clients, in rounds, each beside a round of claims on the same service, and
/// beside the bare commit rate of the same disk in the same run.
/// </summary>
internal static class CreateBenchmarks
{
    private const int WarmUp = 12_000;
    private const int WarmUpParts = 4;
    private const int Rounds = 4;

    public static async Task RunAsync(int hosts, int clients, int creates)
    {
        await using var service = await MeasuredService.StartAsync(localHost: false);
        await RegisterAsync(service, hosts, clients);
        // Until the runtime has compiled for good what a create, and a claim, walks through.
        await Measured.WarmUpAsync(WarmUpParts, part =>
        {
            Create(service, clients, WarmUp / WarmUpParts, $"warm{part}");
            AllocationBenchmarks.Claim(service, clients, WarmUp / WarmUpParts);
        });
        var before = BareCommits(service.Directory);
        var (made, claimed, kiB) = (new List<Measured>(), new List<Measured>(), 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var count = creates / Rounds;
            var allocated = await service.AllocatedBytesAsync();
            made.Add(Measured.Of(() => service.ProcessorTime, () => Create(service, clients, count, $"vm{round}"), count));
            kiB += (await service.AllocatedBytesAsync() - allocated) / 1_024.0 / creates;
            claimed.Add(Measured.Of(() => service.ProcessorTime, () => AllocationBenchmarks.Claim(service, clients, count), count));
        }
        var commits = (before + BareCommits(service.Directory)) / 2;
        var (rate, claims) = (made.Average(round => round.PerSecond), claimed.Average(round => round.PerSecond));
        Console.WriteLine($"creates to SUCCEEDED on {hosts} hosts, {clients} clients: {rate:F0}/s, "
            + $"p50 {made.Average(round => round.Times.MedianMs):F0} ms, p99 {made.Max(round => round.Times.P99Ms):F0} ms in the worst round");
        Console.WriteLine($"claims on the same service by turns: {claims:F0}/s; creates per claim: {rate / claims:F2}, "
            + $"by round {string.Join(", ", made.Zip(claimed, (create, claim) => $"{create.PerSecond / claim.PerSecond:F2}"))}");
        Console.WriteLine($"bare durable commits of one row on the same disk: {commits:F0}/s; creates per bare commit: {rate / commits:F2}");
        Console.WriteLine($"processor time of the service: {made.Average(round => round.ProcessorMsEach):F2} ms for each create, "
            + $"{claimed.Average(round => round.ProcessorMsEach):F3} ms for each claim; allocated: {kiB:F0} KiB for each create");
        Console.WriteLine($"resident after {creates + WarmUp} VMs: {service.ResidentMiB} MiB");
    }

    internal static Task RegisterAsync(MeasuredService service, int hosts, int clients) =>
        EachAsync(hosts, clients, i => service.SendAsync(HttpMethod.Post, "/v1/hosts", new
        {
            name = $"h{i}", driver = "SIMULATED", capacity = new { vcpu = 64, memoryMiB = 262_144, diskGiB = 4_000 },
        }));

    internal static (Samples Times, TimeSpan Took) Create(MeasuredService service, int clients, int count, string prefix) =>
        LoopbackClients.Run(service.Port, clients, count, 200, i => LoopbackClients.Post("/v1/vms",
            $$"""{ "name":"{{prefix}}-{{i}}", "spec":{ "vcpus":1, "memoryMiB":512, "diskGiB":4 } }""", "Prefer: wait=60\r\n"),
            "\"state\":\"SUCCEEDED\"");

    private static Task EachAsync(int count, int clients, Func<int, Task> work) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (i, _) => await work(i));

    private static double BareCommits(string directory)
    {
        const int commits = 300;
        var file = Path.Combine(directory, $"bare-{Guid.NewGuid():N}.db");
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < commits; i++) { Execute(connection, "INSERT INTO rows (text) VALUES ('one row')"); }
        return commits / watch.Elapsed.TotalSeconds;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
