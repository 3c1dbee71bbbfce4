using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace ControlPlane.Benchmarks;

/// <summary>
/// Three processes of the service on one PostgreSQL database, all but full, and clients that claim and give back without end: what is
/// promised beyond what there is must stay zero, as the clients count it and as the database does.
/// </summary>
internal static class RaceBenchmarks
{
    private const int Processes = 3;
    private const int Hosts = 40;
    private const int SlotsPerHost = 8;
    private const int LeftFree = 6;
    private const int ClientsPerProcess = 8;
    private const string Path = "/v1/pools/default/allocations";

    private static readonly Tally tally = new();

    public static async Task RunAsync(int claims)
    {
        await using var database = await OwnDatabase.CreateAsync();
        var services = await database.StartAsync(Processes);
        try
        {
            for (var i = 0; i < Hosts; i++) { await services[0].SendAsync(HttpMethod.Post, "/v1/hosts", HostOf(i)); }
            for (var i = 0; i < (Hosts * SlotsPerHost) - LeftFree; i++) { await services[0].SendAsync(HttpMethod.Post, Path, Claim); }
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(services.SelectMany(service => Enumerable.Range(0, ClientsPerProcess).Select(_ => WorkAsync(service, claims))));
            await SayAsync(database.Connection, claims, watch.Elapsed);
        }
        finally
        {
            foreach (var service in services) { await service.DisposeAsync(); }
        }
    }

    private static async Task WorkAsync(MeasuredService service, int claims)
    {
        while (Interlocked.Increment(ref tally.Tried) <= claims)
        {
            using var answer = await service.Client.PostAsJsonAsync(Path, Claim);
            if (answer.StatusCode == HttpStatusCode.Conflict)
            {
                Interlocked.Increment(ref tally.Refused);
                continue;
            }
            answer.EnsureSuccessStatusCode();
            // Counted from the answer until before it is given back: never more than the slots that were left.
            if (Interlocked.Increment(ref tally.Held) > LeftFree) { Interlocked.Increment(ref tally.OverCommitted); }
            var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
            Interlocked.Decrement(ref tally.Held);
            using var given = await service.Client.DeleteAsync($"{Path}/{id}");
            given.EnsureSuccessStatusCode();
        }
    }

    private static async Task SayAsync(string connection, int claims, TimeSpan took)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var over = source.CreateCommand("SELECT count(*) FROM host_inventory WHERE used > total");
        await using var apart = source.CreateCommand(
            "SELECT (SELECT sum(used) FROM host_inventory WHERE resource = 'vcpu' AND scope = 'Host') - (SELECT sum((resources::jsonb ->> 'vcpu')::bigint) FROM allocations)");
        await using var newest = source.CreateCommand("SELECT max(revision) - count(*) - min(revision) + 1 FROM events");
        var overCommitted = tally.OverCommitted + (long)(await over.ExecuteScalarAsync())!;
        Console.WriteLine($"{claims} racing claims from {Processes} processes, {LeftFree} of {Hosts * SlotsPerHost} slots free, "
            + $"{Processes * ClientsPerProcess} clients: {overCommitted} over-commits, {claims - tally.Refused} won, {tally.Refused} refused, "
            + $"{claims / took.TotalSeconds:F0} claims/s");
        Console.WriteLine($"ledger less allocations: {await apart.ExecuteScalarAsync()}; revisions missing: {await newest.ExecuteScalarAsync()}");
    }

    private static object Claim { get; } = new { owner = "racer", resources = new { vcpu = 1 } };

    private static object HostOf(int number) => new
    {
        name = $"h{number}", driver = "SIMULATED", capacity = new { vcpu = SlotsPerHost, memoryMiB = 65_536, diskGiB = 1_000 },
    };

    private sealed class Tally
    {
        public int Tried;
        public int Refused;
        public int Held;
        public int OverCommitted;
    }
}
