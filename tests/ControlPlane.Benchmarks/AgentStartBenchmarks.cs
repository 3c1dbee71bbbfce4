using System.Diagnostics;

namespace ControlPlane.Benchmarks;

/// <summary>
/// How long the native agent takes from its start until it has taken up ten real guests, and until it has the service's word on all of them,
/// and what it has in memory then. <c>deploy/agent.sh</c> makes the binary.
/// </summary>
internal static class AgentStartBenchmarks
{
    private const int Guests = 10;
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(string binary, int rounds)
    {
        var door = new Uri($"https://127.0.0.1:{MeasuredService.FreePort()}");
        await using var service = await MeasuredService.StartAsync(
            localHost: false, null, ("ControlPlane__AgentEndpoint__Url", door.GetLeftPart(UriPartial.Authority)),
            ("ControlPlane__LocalHost__VcpuOvercommit", "20"));
        await using var agent = await MeasuredAgent.StartAsync(service, door, "native", Path.GetFullPath(binary));
        await MigrateBenchmarks.ImageAsync(service, "probe.tick_ms=1000");
        await MigrateBenchmarks.ReadyAsync(service, hosts: 1);
        for (var i = 0; i < Guests; i++)
        {
            var made = await service.SendAsync(HttpMethod.Post, "/v1/vms",
                new { name = $"vm-{i}", spec = new { vcpus = 1, memoryMiB = 128, diskGiB = 0, image = "probe", onHostLoss = "STAY" } }, "wait=120");
            if (made.GetProperty("state").GetString() != "SUCCEEDED") { throw new InvalidOperationException(made.ToString()); }
        }
        List<TimeSpan> takenUp = [], full = [];
        for (var round = 0; round < rounds; round++)
        {
            await agent.EndAsync();
            var (adopted, up) = (0, new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously));
            var first = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            var watch = Stopwatch.StartNew();
            agent.Said = line =>
            {
                if (line.Contains("reached generation", StringComparison.Ordinal) && ++adopted == Guests) { up.TrySetResult(watch.Elapsed); }
                if (line.Contains("first full state", StringComparison.Ordinal)) { first.TrySetResult(watch.Elapsed); }
            };
            agent.Run();
            takenUp.Add(await up.Task.WaitAsync(limit));
            full.Add(await first.Task.WaitAsync(limit));
            await Task.Delay(TimeSpan.FromSeconds(3));
        }
        Console.WriteLine($"native agent, from its start until {Guests} guests are taken up: {new Samples(takenUp)} (goal 100 ms); until the service's first "
            + $"full word: {new Samples(full)}; resident then {agent.ResidentMiB:F1} MiB (goal 40)");
    }
}
