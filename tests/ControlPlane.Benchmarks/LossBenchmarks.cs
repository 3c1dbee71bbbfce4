using System.Diagnostics;

namespace ControlPlane.Benchmarks;

/// <summary>
/// From the death of a host, with its agent, watchdog and guest at once, until the guest says its first word on another host. The lease is
/// as short as it may be.
/// </summary>
internal static class LossBenchmarks
{
    private const int LeaseSeconds = 5;
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(int rounds)
    {
        await using var service = await MeasuredService.ForAgentsAsync(
            ("ControlPlane__Lease__LengthSeconds", $"{LeaseSeconds}"), ("ControlPlane__Lease__MarginSeconds", "1"),
            ("ControlPlane__HostLoss__FlapHoldAt", "100"));
        await using var one = await MeasuredAgent.StartAsync(service, "one");
        await using var two = await MeasuredAgent.StartAsync(service, "two");
        await MigrateBenchmarks.ImageAsync(service, "");
        var vm = await MigrateBenchmarks.VmAsync(service);
        List<TimeSpan> times = [], boots = [];
        for (var round = 0; round < rounds; round++)
        {
            var (here, there) = one.Guests().Count == 1 ? (one, two) : (two, one);
            await ActiveAsync(service, here.Name);
            await ActiveAsync(service, there.Name);
            // What the guest said there on its last visit is no word of the next.
            await UntilAsync(() => !Says(there, vm));
            var watch = Stopwatch.StartNew();
            await here.EndAllAsync();
            await UntilAsync(() => there.Guests().Count == 1);
            var begun = watch.Elapsed;
            await UntilAsync(() => Says(there, vm));
            times.Add(watch.Elapsed);
            boots.Add(watch.Elapsed - begun);
            here.Run();
        }
        Console.WriteLine($"from a host's death to its guest's first word elsewhere, lease {LeaseSeconds} s and 1 s of margin: {new Samples(times)} (goal {LeaseSeconds + 15} s); "
            + $"of it the guest's boot {new Samples(boots)}");
    }

    private static bool Says(MeasuredAgent agent, string vm)
    {
        var path = Path.Combine(agent.Directory, "vms", vm, "serial.log");
        if (!File.Exists(path)) { return false; }
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd().Contains("probe vm=", StringComparison.Ordinal);
    }

    private static async Task ActiveAsync(MeasuredService service, string host)
    {
        using var deadline = new CancellationTokenSource(limit);
        while ((await service.SendAsync(HttpMethod.Get, $"/v1/hosts/{host}", null)).GetProperty("state").GetString() != "ACTIVE")
        {
            await Task.Delay(50, deadline.Token);
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(limit);
        while (!holds()) { await Task.Delay(20, deadline.Token); }
    }
}
