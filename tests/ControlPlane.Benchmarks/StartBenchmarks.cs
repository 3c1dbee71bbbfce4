using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>From the start of the process to /readyz, and its memory then: without a local host, and with one that is known already.</summary>
internal static class StartBenchmarks
{
    public static async Task RunAsync(int rounds)
    {
        var times = new List<TimeSpan>();
        var memory = 0L;
        for (var i = 0; i < rounds; i++)
        {
            await using var service = await MeasuredService.StartAsync(localHost: false);
            times.Add(service.StartUp);
            memory = service.ResidentMiB;
        }
        Console.WriteLine($"start-up to /readyz, new store: {new Samples(times)}; resident {memory} MiB");
    }

    /// <summary>The same on a store with so many hosts and VMs: one JSON line.</summary>
    public static async Task RunLargeAsync(int hosts, int vms)
    {
        await using var service = await MeasuredService.StartAsync(localHost: false, await SeededFleet.CreateAsync(hosts, vms));
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            benchmark = "startup", hosts, vms, secondsToReady = Math.Round(service.StartUp.TotalSeconds, 2),
            processorSeconds = Math.Round(service.ProcessorTime.TotalSeconds, 2), residentMiB = service.ResidentMiB,
        }));
    }
}
