using System.Diagnostics;

namespace ControlPlane.Benchmarks;

/// <summary>
/// Emptying a host of so many VMs by live moves: real guests between two agents, and beside them as many simulated ones, whose moves take no
/// time, so that the rest is the service's own.
/// </summary>
internal static class DrainBenchmarks
{
    public static async Task RunAsync(int vms)
    {
        await SimulatedAsync(vms);
        await RealAsync(vms);
    }

    private static async Task SimulatedAsync(int vms)
    {
        await using var service = await MeasuredService.StartAsync(localHost: false);
        foreach (var name in new[] { "one", "two" })
        {
            await service.SendAsync(HttpMethod.Post, "/v1/hosts",
                new { name, driver = "SIMULATED", capacity = new { vcpu = 64, memoryMiB = 262_144, diskGiB = 4_000 } });
        }
        await EmptyAsync(service, vms, "simulated", image: null);
    }

    private static async Task RealAsync(int vms)
    {
        await using var service = await MeasuredService.ForAgentsAsync(("ControlPlane__LocalHost__VcpuOvercommit", "20"));
        await using var one = await MeasuredAgent.StartAsync(service, "one");
        await using var two = await MeasuredAgent.StartAsync(service, "two");
        await MigrateBenchmarks.ImageAsync(service, "probe.tick_ms=1000");
        await MigrateBenchmarks.ReadyAsync(service, hosts: 2);
        await EmptyAsync(service, vms, "real", image: "probe");
    }

    private static async Task EmptyAsync(MeasuredService service, int vms, string what, string? image)
    {
        await service.SendAsync(HttpMethod.Post, "/v1/hosts/two/cordon", null);
        for (var i = 0; i < vms; i++)
        {
            await service.CreateVmAsync($"vm-{i}", new { vcpus = 1, memoryMiB = 128, diskGiB = image is null ? 1 : 0, image });
        }
        await service.SendAsync(HttpMethod.Post, "/v1/hosts/two/uncordon", null);
        foreach (var parallelism in new[] { 2, 1 })
        {
            var (from, to) = parallelism == 2 ? ("one", "two") : ("two", "one");
            var (watch, before) = (Stopwatch.StartNew(), service.ProcessorTime);
            var ended = await service.SendAsync(HttpMethod.Post, $"/v1/hosts/{from}/drain", new { parallelism }, "wait=120");
            while (!ended.GetProperty("done").GetBoolean())
            {
                ended = await service.SendAsync(HttpMethod.Get, $"/v1/operations/{ended.GetProperty("id").GetString()}", null, "wait=120");
            }
            var took = watch.Elapsed;
            if (ended.GetProperty("state").GetString() != "SUCCEEDED") { throw new InvalidOperationException(ended.ToString()); }
            Console.WriteLine($"drain of {vms} {what} VMs, {parallelism} at once: {took.TotalSeconds:F1} s, "
                + $"{(service.ProcessorTime - before).TotalMilliseconds / vms:F0} ms of the service's processor time for each");
            await service.SendAsync(HttpMethod.Post, $"/v1/hosts/{from}/activate", null);
        }
    }
}
