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
}
