using System.Text.Json;

namespace ControlPlane.Api.Tests.Vms;

/// <summary>
/// Two hosts and three VMs: <c>runs</c> (4 vCPUs) and <c>halted</c> (2) leave 2 of the 8 of <c>h1</c>; <c>busy</c> (1 of the 4 of
/// <c>slow</c>) is being started for as long as the tests take. The pool <c>small</c> may hold one vCPU.
/// </summary>
public sealed class SmallFleet : ServiceFixture
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100, zone: "z1");
        await AddHostAsync("slow", vcpu: 4, memoryMiB: 16_384, diskGiB: 100, zone: "z2", simulation: new { startLatencyMs = 600_000 });
        await PostedAsync(201, "/v1/pools", new { name = "small", limits = new { vcpu = 1 } });
        await PostedAsync(201, "/v1/images", new { name = "empty", format = "QCOW2" });
        await SucceededAsync("runs", new { vcpus = 4, memoryMiB = 256, diskGiB = 1, placement = new { zone = "z1" } });
        var halted = new { vcpus = 2, memoryMiB = 256, diskGiB = 1, placement = new { zone = "z1" }, desiredState = "STOPPED" };
        await SucceededAsync("halted", halted);
        var busy = new { vcpus = 1, memoryMiB = 256, diskGiB = 1, placement = new { zone = "z2" } };
        await PostedAsync(202, "/v1/vms", new { name = "busy", spec = busy }, ("Prefer", "wait=1"));
    }

    private async Task SucceededAsync(string name, object spec)
    {
        JsonElement operation = await CreateVmAsync(name, spec);
        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
    }
}
