using System.Diagnostics;
using System.Globalization;

namespace ControlPlane.Benchmarks;

/// <summary>
/// How long an agent takes from the start of its process until it has taken up ten guests that run, and until it has the service's word on
/// all of them; and what it has in memory then. The agent is killed before each round, its guests run on.
/// </summary>
internal static class AgentStartBenchmarks
{
    private const int Guests = 10;
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(int rounds)
    {
        await using var service = await MeasuredService.ForAgentsAsync(("ControlPlane__LocalHost__VcpuOvercommit", "20"));
        await using var agent = await MeasuredAgent.StartAsync(service, "one");
        await MigrateBenchmarks.ImageAsync(service, "probe.tick_ms=1000");
        await MigrateBenchmarks.ReadyAsync(service, hosts: 1);
        for (var i = 0; i < Guests; i++)
        {
            await service.CreateVmAsync($"vm-{i}", new { vcpus = 1, memoryMiB = 128, diskGiB = 0, image = "probe", onHostLoss = "STAY" });
        }
        List<TimeSpan> takenUp = [], told = [];
        for (var round = 0; round <= rounds; round++)
        {
            await agent.EndAsync();
            var (remembered, full) = (Heard(agent, $"RememberingLink {Guests} VMs are remembered"), Heard(agent, "has its first full state"));
            var watch = Stopwatch.GetTimestamp();
            agent.Run();
            var (first, last) = (await remembered.WaitAsync(limit), await full.WaitAsync(limit));
            // The first of all reads the binary from the disk.
            if (round == 0) { continue; }
            takenUp.Add(Stopwatch.GetElapsedTime(watch, first));
            told.Add(Stopwatch.GetElapsedTime(watch, last));
        }
        await Task.Delay(TimeSpan.FromSeconds(5));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"agent, from the start of its process until {Guests} guests are taken up: "
            + $"{new Samples(takenUp)} (goal 100 ms); until the service's word on all: {new Samples(told)}; resident {agent.ResidentMiB:F1} MiB (goal 40)"));
    }

    private static Task<long> Heard(MeasuredAgent agent, string words)
    {
        var heard = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.Said += line =>
        {
            if (line.Contains(words, StringComparison.Ordinal)) { heard.TrySetResult(Stopwatch.GetTimestamp()); }
        };
        return heard.Task;
    }
}
