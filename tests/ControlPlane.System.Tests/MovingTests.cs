using System.Net;
using System.Net.Sockets;

namespace ControlPlane.System.Tests;

/// <summary>Real guests between two hosts with agents of their own, from the client's call to the last byte at the source.</summary>
[Collection(RealGuests.Name)]
public sealed class MovingTests
{
    [SkippableFact]
    public async Task A_guest_goes_from_host_to_host_by_every_algorithm_and_never_counts_backwards()
    {
        RealGuests.Require();
        var door = new Uri($"https://127.0.0.1:{FreePort()}");
        await using var service = await ServiceProcess.StartAsync(
            ("ControlPlane__LocalHost__Enabled", "false"), ("ControlPlane__AgentEndpoint__Url", door.GetLeftPart(UriPartial.Authority)));
        await using var one = await AgentProcess.JoinAsync(service, door, "one");
        await using var two = await AgentProcess.JoinAsync(service, door, "two");
        one.Run();
        two.Run();
        await RealGuests.UploadKernelAsync(service);
        var made = await service.DoAsync(HttpMethod.Post, "/v1/vms", new { name = "goes", spec = RealGuests.Spec() });
        var vm = made.GetProperty("target").GetString()!["vms/".Length..];
        var (here, there) = one.Guests().Count == 1 ? (one, two) : (two, one);
        var count = await CountAsync(here, vm, 0);
        var boot = RealGuests.Value(Lines(here, vm)[^1], "boot");

        foreach (var algorithm in new[] { "PRE_COPY", "POST_COPY", "HYBRID" })
        {
            var operation = await service.DoAsync(HttpMethod.Post, $"/v1/vms/{vm}/migrate", new { algorithm, host = there.Name });
            Assert.Equal(1, here.Guests().Count + there.Guests().Count);
            Assert.Equal(vm, Assert.Single(there.Guests()).VmId);
            Assert.False(Directory.Exists(Path.Combine(here.Directory, "vms", vm)), "something is left at the source");
            Assert.True(operation.GetProperty("migration").GetProperty("memoryBytes").GetInt64() > 0, operation.ToString());
            var next = await CountAsync(there, vm, count);
            Assert.Equal(boot, RealGuests.Value(Lines(there, vm)[^1], "boot"));
            Assert.True(next > count, $"{algorithm}: {next} after {count}");
            (here, there, count) = (there, here, next);
        }

        await service.DoAsync(HttpMethod.Post, $"/v1/vms/{vm}/migrate", new { algorithm = "COLD" });
        Assert.Equal(vm, Assert.Single(there.Guests()).VmId);
        Assert.Empty(here.Guests());
        await CountAsync(there, vm, 0);
        Assert.NotEqual(boot, RealGuests.Value(Lines(there, vm)[^1], "boot"));
        await service.DoAsync(HttpMethod.Delete, $"/v1/vms/{vm}");
        Assert.Empty(there.Guests());
    }

    // The newest count that is above another.
    private static async Task<long> CountAsync(AgentProcess agent, string vm, long above)
    {
        var count = -1L;
        await Eventually.TrueAsync(() =>
        {
            if (Lines(agent, vm) is [.., var last]) { count = long.Parse(RealGuests.Value(last, "counter")); }
            return Task.FromResult(count > above);
        }, TimeSpan.FromSeconds(120), () => $"{vm} does not count on beyond {above}\n{agent.Console(vm)}\n{agent.Output}");
        return count;
    }

    // Whole lines only: the newest may be half written.
    private static List<string> Lines(AgentProcess agent, string vm) =>
        [.. agent.Console(vm).Split('\n').SkipLast(1).Where(line => line.StartsWith("probe vm=", StringComparison.Ordinal)).Select(line => line.Trim())];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
