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
        await HostAsync("h1");
        await HostAsync("h2");
        await service.CreateVmAsync("short", Spec(600));
        await service.CreateVmAsync("endless", new { vcpus = 6, memoryMiB = 6_000, diskGiB = 1 });
        await service.CreateVmAsync("blocked", new { vcpus = 1, memoryMiB = 1_000, diskGiB = 1 });

        var operation = await service.CreateVmAsync("day", Spec(86_400));

        var placement = await service.GetAsync($"/v1/placements/{operation.GetProperty("placement").GetString()}");
        Assert.Equal("LIFETIME_AWARE", placement.GetProperty("algorithm").GetString());
        Assert.Equal(await HostOfAsync("endless"), await HostOfAsync("day"));
        var vm = await service.GetAsync("/v1/vms/day");
        Assert.Equal(86_400, vm.GetProperty("spec").GetProperty("placement").GetProperty("expectedLifetimeSeconds").GetInt64());
    }

    [Fact]
    public async Task It_does_not_open_an_empty_host_while_another_is_in_use_as_long()
    {
        await HostAsync("h1");
        await HostAsync("h2");
        await service.CreateVmAsync("first", Spec(86_400));
        await service.CreateVmAsync("second", Spec(3_600));
        Assert.Equal(await HostOfAsync("first"), await HostOfAsync("second"));
    }

    [Theory]
    [InlineData("""{"algorithm":"LIFETIME_AWARE"}""", "expectedLifetimeSeconds")]
    [InlineData("""{"expectedLifetimeSeconds":0}""", "between 1 and 315360000")]
    [InlineData("""{"expectedLifetimeSeconds":315360001}""", "between 1 and 315360000")]
    public async Task What_cannot_be_is_refused_with_the_next_step(string placement, string words)
    {
        await HostAsync("h1");
        var spec = new { vcpus = 1, memoryMiB = 1_000, diskGiB = 1, placement = JsonSerializer.Deserialize<JsonElement>(placement) };
        var problem = await service.PostedAsync(400, "/v1/placements/explain", new { spec });
        Assert.Contains(words, problem.ToString(), StringComparison.Ordinal);
    }

    private static object Spec(long seconds) =>
        new { vcpus = 1, memoryMiB = 1_000, diskGiB = 1, placement = new { expectedLifetimeSeconds = seconds } };

    private Task HostAsync(string name) => service.PostedAsync(201, "/v1/hosts",
        new { name, driver = "SIMULATED", capacity = new { vcpu = 8, memoryMiB = 8_192, diskGiB = 100 } });

    private async Task<string?> HostOfAsync(string vm) =>
        (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status").GetProperty("host").GetString();
}
