using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace ControlPlane.System.Tests;

/// <summary>Two hosts with agents of their own, joined by tokens, with real guests; the service has none itself.</summary>
[Collection(RealGuests.Name)]
public sealed class RemoteAgentTests
{
    [SkippableFact]
    public async Task Guests_on_hosts_of_their_own_outlive_their_agent_and_the_service()
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
        var (first, second) = (await CreateAsync(service, one), await CreateAsync(service, two));
        await LineAsync(one, first);
        await LineAsync(two, second);

        await AnAgentThatDiesTakesItsGuestUpAgainAsync(service, one, first);
        await AnAgentThatDiesWhileTheServiceIsAwayTakesItsGuestUpAgainAsync(service, one, first);
        Assert.Equal(second, Assert.Single(two.Guests()).VmId);

        foreach (var (agent, vm) in new[] { (one, first), (two, second) })
        {
            await service.DoAsync(HttpMethod.Delete, $"/v1/vms/{vm}");
            Assert.Empty(agent.Guests());
            // An agent that was just started again may still be proving its engines there.
            var folder = Path.Combine(agent.Directory, "vms");
            await Eventually.TrueAsync(() => Task.FromResult(!Directory.EnumerateFileSystemEntries(folder).Any()), TimeSpan.FromSeconds(60),
                () => string.Join(' ', Directory.EnumerateFileSystemEntries(folder)));
        }
    }

    [SkippableFact]
    public async Task A_machine_that_has_joined_or_whose_token_is_used_is_told_so()
    {
        RealGuests.Require();
        var door = new Uri($"https://127.0.0.1:{FreePort()}");
        await using var service = await ServiceProcess.StartAsync(
            ("ControlPlane__LocalHost__Enabled", "false"), ("ControlPlane__AgentEndpoint__Url", door.GetLeftPart(UriPartial.Authority)));
        await using var agent = await AgentProcess.JoinAsync(service, door, "once");

        Assert.Equal(1, await agent.EndAsync("join", "--server", door.ToString(), "--token", "cpj_x.y.z"));
        Assert.Contains("has joined already, as host once", agent.Output, StringComparison.Ordinal);
        Assert.Equal(1, await agent.EndAsync("join", "--again", "--server", door.ToString(), "--token", "cpj_x.y.z"));
        Assert.Contains("token is not whole", agent.Output, StringComparison.Ordinal);
        Assert.Equal(64, await agent.EndAsync("join", "--server", "http://x"));

        await service.AskAsync(200, HttpMethod.Post, "/v1/hosts/once/revoke");
        var token = await service.AskAsync(200, HttpMethod.Post, "/v1/hosts/join-tokens", new { name = "once" });
        var again = await agent.EndAsync("join", "--again", "--server", door.ToString(), "--token", token.GetProperty("token").GetString()!);
        Assert.True(again == 0, agent.Output);
        agent.Run();
        await Eventually.TrueAsync(async () => (await service.GetAsync("/v1/hosts/once")).GetProperty("lastHeartbeat").ValueKind
            == JsonValueKind.String, TimeSpan.FromSeconds(60), () => agent.Output);
    }

    private static async Task AnAgentThatDiesTakesItsGuestUpAgainAsync(ServiceProcess service, AgentProcess agent, string vm)
    {
        var before = Assert.Single(agent.Guests());
        await agent.KillAsync();
        Assert.Equal(before, Assert.Single(agent.Guests()));
        agent.Run();
        await service.DoAsync(HttpMethod.Post, $"/v1/vms/{vm}/pause");
        await service.DoAsync(HttpMethod.Post, $"/v1/vms/{vm}/resume");
        Assert.Equal(before, Assert.Single(agent.Guests()));
    }

    // The guest dies as well: what was taken up from memory is kept running without the service.
    private static async Task AnAgentThatDiesWhileTheServiceIsAwayTakesItsGuestUpAgainAsync(
        ServiceProcess service, AgentProcess agent, string vm)
    {
        await service.KillAsync();
        await agent.KillAsync();
        var before = Assert.Single(agent.Guests());
        agent.Run();
        // Taken up as what it was told to be: a guest that ends from now on is one that the agent starts again by itself.
        string[] words = ["1 VMs are remembered", "reached generation"];
        await Eventually.TrueAsync(() => Task.FromResult(Array.TrueForAll(words, word => agent.Output.Contains(word, StringComparison.Ordinal))),
            TimeSpan.FromSeconds(60), () => agent.Output);
        Assert.Equal(before, Assert.Single(agent.Guests()));
        before.Kill();
        await Eventually.TrueAsync(() => Task.FromResult(agent.Guests() is [var guest] && guest.Id != before.Id),
            TimeSpan.FromSeconds(60), () => $"the guest is not started again\n{agent.Output}");
        var restarted = Assert.Single(agent.Guests());
        await service.StartAgainAsync();
        await Eventually.TrueAsync(async () => await StateAsync(service, vm) == "RUNNING" && await ProcessRestartsAsync(service, vm) > 0,
            TimeSpan.FromSeconds(60), () => $"{agent.Output}\n{service.Output}");
        Assert.Equal(restarted, Assert.Single(agent.Guests()));
    }

    private static async Task<string> CreateAsync(ServiceProcess service, AgentProcess agent)
    {
        await service.AskAsync(200, HttpMethod.Patch, $"/v1/hosts/{agent.Name}", new { labels = new { name = agent.Name } });
        var operation = await service.DoAsync(HttpMethod.Post, "/v1/vms", new
        {
            name = $"on-{agent.Name}",
            spec = new
            {
                vcpus = 1, memoryMiB = 128, diskGiB = 1, image = "probe",
                placement = new { hostLabels = new Dictionary<string, string> { ["name"] = agent.Name } },
            },
        });
        return operation.GetProperty("target").GetString()!["vms/".Length..];
    }

    // The console lies on the host: the service says so instead of showing nothing.
    private static async Task LineAsync(AgentProcess agent, string vm) => await Eventually.TrueAsync(
        () => Task.FromResult(agent.Console(vm).Contains("counter=", StringComparison.Ordinal)), TimeSpan.FromSeconds(180),
        () => $"{vm} says nothing\n{agent.Console(vm)}\n{agent.Output}");

    private static async Task<string> StateAsync(ServiceProcess service, string vm) =>
        (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status").GetProperty("state").GetString()!;

    private static async Task<int> ProcessRestartsAsync(ServiceProcess service, string vm) =>
        (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status").GetProperty("restarts").GetInt32();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
