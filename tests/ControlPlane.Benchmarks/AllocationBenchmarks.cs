using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>
/// POST /v1/pools/default/allocations (choose and claim, durable) by clients on loopback, beside two endpoints in the same run that do
/// nothing but one durable row: one with the product's own group commit (<see cref="EmptyEndpoint"/>), and one with nothing of the product
/// (<see cref="BareEndpoint"/>). One JSON line.
/// </summary>
internal static class AllocationBenchmarks
{
    private const int Rounds = 3;
    private const int WarmUp = 40_000;
    private const int WarmUpClaims = 16_000;
    private const int WarmUpParts = 4;

    public static async Task RunAsync(int hosts, int clients, int claims)
    {
        await using var service = await MeasuredService.StartAsync(localHost: false, await SeededFleet.CreateAsync(hosts));
        var (emptyPort, barePort) = (MeasuredService.FreePort(), MeasuredService.FreePort());
        using var empty = EmptyEndpoint.Start(emptyPort, Path.Combine(service.Directory, "empty"));
        using var bare = BareEndpoint.Start(barePort, Path.Combine(service.Directory, "bare.db"));
        try
        {
            // Until the runtime has compiled all for good. A rehearsal walks the claim's way up to the commit and takes no room; what a thousand
            // of these hosts hold is some 51,000 of these claims.
            await Measured.WarmUpAsync(WarmUpParts, _ =>
            {
                Rehearse(service, clients, WarmUp / WarmUpParts);
                Empty(emptyPort, clients, WarmUp / WarmUpParts);
                Bare(barePort, clients, WarmUp / WarmUpParts);
                Claim(service, clients, WarmUpClaims / WarmUpParts);
            });
            var (claimed, emptied, bared) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
            var allocated = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                emptied.Add(Measured.Of(empty, () => Empty(emptyPort, clients, claims), claims));
                bared.Add(Measured.Of(bare, () => Bare(barePort, clients, claims), claims));
                var before = await service.AllocatedBytesAsync();
                claimed.Add(Measured.Of(() => service.ProcessorTime, () => Claim(service, clients, claims), claims));
                allocated = await service.AllocatedBytesAsync() - before;
            }
            var line = Line(hosts, clients, claims, Middle(claimed), Middle(emptied), Middle(bared), service, allocated / 1_024.0 / claims);
            Console.WriteLine(JsonSerializer.Serialize(line));
        }
        finally
        {
            foreach (var process in new[] { empty, bare })
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync();
            }
        }
    }

    /// <summary>The claims alone, of one or several services on one PostgreSQL database.</summary>
    public static async Task RunOnPostgresAsync(int hosts, int clients, int claims, int services)
    {
        await using var database = await OwnDatabase.CreateAsync();
        var running = await database.StartAsync(services);
        try
        {
            await CreateBenchmarks.RegisterAsync(running[0], hosts, clients);
            var ports = running.Select(service => service.Port).ToList();
            LoopbackClients.Run(ports, clients, WarmUp / 4, 200, i => Post("?validateOnly=true", i));
            LoopbackClients.Run(ports, clients, claims / 2, 201, i => Post("", i));
            var rounds = Enumerable.Range(0, Rounds).Select(_ => Measured.Of(() => Sum(running),
                () => LoopbackClients.Run(ports, clients, claims, 201, i => Post("", i)), claims)).ToList();
            var middle = Middle(rounds);
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                benchmark = "allocations", store = "Postgres", services, hosts, clients, claims, rounds = Rounds,
                claimsPerSecond = Math.Round(middle.PerSecond), p50Ms = Math.Round(middle.Times.MedianMs, 2),
                p99Ms = Math.Round(middle.Times.P99Ms, 2), processorMsPerClaim = Math.Round(middle.ProcessorMsEach, 3),
            }));
        }
        finally
        {
            foreach (var service in running) { await service.DisposeAsync(); }
        }
    }

    private static TimeSpan Sum(MeasuredService[] services) =>
        services.Aggregate(TimeSpan.Zero, (sum, service) => sum + service.ProcessorTime);

    private static object Line(
        int hosts, int clients, int claims, Measured claimed, Measured empty, Measured bare, MeasuredService service, double allocatedKiB) => new
    {
        benchmark = "allocations", hosts, clients, claims, rounds = Rounds,
        claimsPerSecond = Math.Round(claimed.PerSecond), emptyCommitsPerSecond = Math.Round(empty.PerSecond),
        barestCommitsPerSecond = Math.Round(bare.PerSecond),
        ratio = Math.Round(claimed.PerSecond / empty.PerSecond, 3), ratioToBarest = Math.Round(claimed.PerSecond / bare.PerSecond, 3),
        p50Ms = Math.Round(claimed.Times.MedianMs, 2), p99Ms = Math.Round(claimed.Times.P99Ms, 2),
        emptyP50Ms = Math.Round(empty.Times.MedianMs, 2), emptyP99Ms = Math.Round(empty.Times.P99Ms, 2),
        processorMsPerClaim = Math.Round(claimed.ProcessorMsEach, 3), processorMsPerEmptyCommit = Math.Round(empty.ProcessorMsEach, 3),
        processorMsPerBarestCommit = Math.Round(bare.ProcessorMsEach, 3),
        allocatedKiBPerClaim = Math.Round(allocatedKiB, 1), residentMiB = service.ResidentMiB,
    };

    private static Measured Middle(List<Measured> rounds) => rounds.OrderBy(round => round.PerSecond).ElementAt(rounds.Count / 2);

    private static (Samples, TimeSpan) Empty(int port, int clients, int requests) =>
        LoopbackClients.Run(port, clients, requests, 204, _ => EmptyEndpoint.Post());

    private static (Samples, TimeSpan) Bare(int port, int clients, int requests) =>
        LoopbackClients.Run(port, clients, requests, 201, _ => LoopbackClients.Post("/bare", ""));

    internal static (Samples, TimeSpan) Claim(MeasuredService service, int clients, int requests) =>
        LoopbackClients.Run(service.Port, clients, requests, 201, i => Post("", i));

    private static string Post(string query, int i) => LoopbackClients.Post($"/v1/pools/default/allocations{query}", Body(i));

    /// <summary>Claims that go the whole way up to the commit and take no room.</summary>
    internal static void Rehearse(MeasuredService service, int clients, int requests) => LoopbackClients.Run(service.Port, clients, requests, 200,
        i => Post("?validateOnly=true", i));

    // Small shapes, so that the fleet does not run full: 1.25 vCPUs and 2.5 GiB on the average.
    private static string Body(int i)
    {
        var (vcpus, memoryMiB, diskGiB) = (i % 4) switch { 0 => (1, 1_024, 10), 1 => (1, 2_048, 20), 2 => (2, 4_096, 20), _ => (1, 3_072, 40) };
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{ "owner":"bench-{{i}}", "resources":{ "vcpu":{{vcpus}}, "memoryMiB":{{memoryMiB}}, "diskGiB":{{diskGiB}} } }""");
    }
}
