using System.Text.Json;
using ControlPlane.Api.Tests.Vms;

namespace ControlPlane.Api.Tests.Placements;

/// <summary>VMs that say how long they are expected to be there.</summary>
public sealed class LifetimeTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_vm_that_gives_a_lifetime_goes_where_the_host_is_in_use_anyway()
    {
        await HostAsync("h1", "a");
        await HostAsync("h2", "b");
        await service.CreateVmAsync("short", Spec(4, new { hostLabels = new { side = "a" }, expectedLifetimeSeconds = 600 }));
        await service.CreateVmAsync("endless", Spec(1, new { hostLabels = new { side = "b" } }));

        var operation = await service.CreateVmAsync("day", Spec(1, new { expectedLifetimeSeconds = 86_400 }));
        await service.CreateVmAsync("any", Spec(1, new { algorithm = "BALANCED" }));

        Assert.Equal(await HostOfAsync("short"), await HostOfAsync("any"));
        Assert.Equal(await HostOfAsync("endless"), await HostOfAsync("day"));
        var placement = await service.GetAsync($"/v1/placements/{operation.GetProperty("placement").GetString()}");
        Assert.Equal("LIFETIME_AWARE", placement.GetProperty("algorithm").GetString());
        Assert.Equal(placement.GetProperty("chosen").GetString(), await HostOfAsync("day"));
        var vm = await service.GetAsync("/v1/vms/day");
        Assert.Equal(86_400, vm.GetProperty("spec").GetProperty("placement").GetProperty("expectedLifetimeSeconds").GetInt64());
    }

    [Theory]
    [InlineData("""{"algorithm":"LIFETIME_AWARE"}""", "expectedLifetimeSeconds")]
    [InlineData("""{"expectedLifetimeSeconds":0}""", "between 1 and 315360000")]
    [InlineData("""{"expectedLifetimeSeconds":315360001}""", "between 1 and 315360000")]
    public async Task What_cannot_be_is_refused_with_the_next_step(string placement, string words)
    {
        await HostAsync("h1", "a");
        var spec = new { vcpus = 1, memoryMiB = 1_000, diskGiB = 1, placement = JsonSerializer.Deserialize<JsonElement>(placement) };
        var problem = await service.PostedAsync(400, "/v1/placements/explain", new { spec });
        Assert.Contains(words, problem.ToString(), StringComparison.Ordinal);
    }

    private static object Spec(int vcpus, object placement) => new { vcpus, memoryMiB = vcpus * 1_000, diskGiB = 1, placement };

    private Task HostAsync(string name, string side) => service.PostedAsync(201, "/v1/hosts", new
    {
        name, driver = "SIMULATED", labels = new { side }, capacity = new { vcpu = 8, memoryMiB = 8_192, diskGiB = 100 },
    });

    private async Task<string?> HostOfAsync(string vm) =>
        (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status").GetProperty("host").GetString();
}
