using System.Net;
using System.Net.Sockets;
using ControlPlane.System.Tests.Fleets;

namespace ControlPlane.System.Tests;

/// <summary>Hosts whose agent stands still or dies, with real guests, a lease of five seconds and a real watchdog.</summary>
[Collection(RealGuests.Name)]
public sealed class HostLossTests
{
    [SkippableFact]
    public async Task A_guest_whose_agent_stands_still_is_ended_by_the_watchdog_before_it_starts_elsewhere()
    {
        RealGuests.Require();
        var door = new Uri($"https://127.0.0.1:{FreePort()}");
        await using var service = await ServiceProcess.StartAsync(
            ("ControlPlane__LocalHost__Enabled", "false"), ("ControlPlane__AgentEndpoint__Url", door.GetLeftPart(UriPartial.Authority)),
            ("ControlPlane__Lease__LengthSeconds", "5"), ("ControlPlane__Lease__MarginSeconds", "0.5"));
        await using var one = await AgentProcess.JoinAsync(service, door, "one");
        await using var two = await AgentProcess.JoinAsync(service, door, "two");
        one.Run();
        await RealGuests.UploadKernelAsync(service);
        await ReadyAsync(service, one);
        var operation = await service.DoAsync(HttpMethod.Post, "/v1/vms", new
        {
            name = "moves", spec = new { vcpus = 1, memoryMiB = 128, diskGiB = 0, image = "probe" },
        });
        var vm = operation.GetProperty("target").GetString()!["vms/".Length..];
        two.Run();
        await ReadyAsync(service, two);
        Assert.Equal(vm, Assert.Single(one.Guests()).VmId);

        one.Send(Signal.Stop);
        await Eventually.TrueAsync(() =>
        {
            // Looked at in this order, a guest that began at the other before it ended here would be seen at both.
            var (there, here) = (two.Guests().Count, one.Guests().Count);
            Assert.True(there == 0 || here == 0, $"it runs twice\n{one.Output}\n{two.Output}\n{service.Output}");
            return there == 1;
        }, TimeSpan.FromSeconds(90), () => $"it does not start elsewhere\n{two.Output}\n{service.Output}");
        Assert.Contains("is ended by the watchdog", await File.ReadAllTextAsync(Path.Combine(one.Directory, "watchdog.log")),
            StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await StateAsync(service, vm) == "RUNNING", TimeSpan.FromSeconds(90), () => service.Output);

        one.Send(Signal.Continue);
        await Eventually.TrueAsync(async () => (await service.GetAsync("/v1/hosts/one")).GetProperty("state").GetString() == "ACTIVE",
            TimeSpan.FromSeconds(60), () => $"{one.Output}\n{service.Output}");
        await Eventually.TrueAsync(() => !Directory.Exists(Path.Combine(one.Directory, "vms", vm)), TimeSpan.FromSeconds(60),
            () => $"what it has left is still there\n{one.Output}");
        Assert.Empty(one.Guests());
        Assert.Single(two.Guests());
    }

    [SkippableFact]
    public async Task A_guest_whose_agent_is_dead_is_ended_by_the_watchdog()
    {
        RealGuests.Require();
        var door = new Uri($"https://127.0.0.1:{FreePort()}");
        await using var service = await ServiceProcess.StartAsync(
            ("ControlPlane__LocalHost__Enabled", "false"), ("ControlPlane__AgentEndpoint__Url", door.GetLeftPart(UriPartial.Authority)),
            ("ControlPlane__Lease__LengthSeconds", "5"), ("ControlPlane__Lease__MarginSeconds", "0.5"));
        await using var agent = await AgentProcess.JoinAsync(service, door, "dies");
        agent.Run();
        await RealGuests.UploadKernelAsync(service);
        await ReadyAsync(service, agent);
        await service.DoAsync(HttpMethod.Post, "/v1/vms", new
        {
            name = "ends", spec = new { vcpus = 1, memoryMiB = 128, diskGiB = 0, image = "probe" },
        });
        await service.DoAsync(HttpMethod.Post, "/v1/vms", new { name = "stays", spec = RealGuests.Spec() });
        Assert.Equal(2, agent.Guests().Count);

        await agent.KillAsync();
        await Eventually.TrueAsync(() => agent.Guests().Count == 1, TimeSpan.FromSeconds(20), () => "its guest is not ended");
        await Eventually.TrueAsync(async () => (await service.GetAsync("/v1/vms/ends")).GetProperty("status").GetProperty("state").GetString()
            == "UNKNOWN", TimeSpan.FromSeconds(60), () => service.Output);

        agent.Run();
        await Eventually.TrueAsync(async () => (await service.GetAsync("/v1/vms/stays")).GetProperty("status").GetProperty("state").GetString()
            == "RUNNING", TimeSpan.FromSeconds(60), () => $"{agent.Output}\n{service.Output}");
    }

    // An engine that works, and an agent that has begun a session.
    private static async Task ReadyAsync(ServiceProcess service, AgentProcess agent) => await Eventually.TrueAsync(async () =>
    {
        var host = await service.GetAsync($"/v1/hosts/{agent.Name}");
        return host.GetProperty("conditions").EnumerateArray().Any(each => each.GetProperty("type").GetString() == "AgentAlive");
    }, TimeSpan.FromSeconds(120), () => agent.Output);

    private static async Task<string> StateAsync(ServiceProcess service, string vm) =>
        (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status").GetProperty("state").GetString()!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
