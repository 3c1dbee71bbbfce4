using System.Net;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>Who is on each host, in memory and in the rows.</summary>
public sealed class FleetFollowerTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task The_fleet_knows_who_is_on_each_host_as_VMs_come_and_go_and_after_a_restart()
    {
        await service.AddHostAsync("h1", vcpu: 8);
        await service.AddHostAsync("h2", vcpu: 8);
        await service.PostedAsync(201, "/v1/pools", new { name = "other" });
        Assert.Equal([0, 0], await VmsOnHostsAsync());

        await Task.WhenAll(Enumerable.Range(0, 24).Select(CreateAsync));
        Assert.Equal(16, (await VmsOnHostsAsync()).Sum());

        var vms = (await service.GetAsync("/v1/vms")).GetProperty("items").EnumerateArray().Select(vm => vm.GetProperty("name").GetString());
        await Task.WhenAll(vms.Where((_, i) => i % 3 == 0).Select(DeleteAsync));
        var left = await VmsOnHostsAsync();
        Assert.Equal(10, left.Sum());

        await service.RestartAsync();
        Assert.Equal(left, await VmsOnHostsAsync());
    }

    [Fact]
    public async Task What_is_rolled_back_was_never_there()
    {
        await service.AddHostAsync("h1");
        var body = new { name = "web", spec = new { vcpus = 1, memoryMiB = 64 } };
        await service.PostedAsync(200, "/v1/vms?validateOnly=true", body);
        Assert.Equal([0], await VmsOnHostsAsync());

        await service.PostedAsync(200, "/v1/vms", body, ("Prefer", "wait=60"));
        await service.PostedAsync(409, "/v1/vms", body);
        await service.PostedAsync(200, "/v1/hosts/h1/cordon");
        Assert.Equal([1], await VmsOnHostsAsync());
    }

    [Fact]
    public async Task A_VM_is_counted_with_its_claim_in_one_line_of_its_hosts_history()
    {
        await service.AddHostAsync("h1");
        var before = await HistoryAsync();

        await service.PostedAsync(200, "/v1/vms", new { name = "web", spec = new { vcpus = 1, memoryMiB = 64 } }, ("Prefer", "wait=60"));

        Assert.Equal(before + 1, await HistoryAsync());
        Assert.Equal([1], await VmsOnHostsAsync());
    }

    private async Task<int> HistoryAsync()
    {
        await using var db = service.Services.GetRequiredService<Store>().Read(null);
        return await db.HostHistory.CountAsync();
    }

    // Every third is in a pool of its own.
    private async Task CreateAsync(int i)
    {
        var body = new { name = $"vm-{i}", pool = i % 3 == 0 ? "other" : "default", spec = new { vcpus = 1, memoryMiB = 64 } };
        using var answer = await service.PostAsync("/v1/vms", body, ("Prefer", "wait=60"));
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict });
    }

    private async Task DeleteAsync(string? vm) =>
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Delete, $"/v1/vms/{vm}", null, ("Prefer", "wait=60")));

    private async Task<IReadOnlyList<int>> VmsOnHostsAsync()
    {
        var store = service.Services.GetRequiredService<Store>();
        await using var db = store.Read(null);
        var rows = (await db.Vms.ToListAsync()).ToLookup(vm => vm.Host, vm => Occupant.Of(vm.Project, vm.Pool, vm.Spec));
        foreach (var host in store.Fleet.Hosts) { Assert.Equivalent(HostOccupancy.Of(rows[host.Id]), host.Occupancy, strict: true); }
        return [.. store.Fleet.Hosts.Select(host => host.Occupancy.Vms)];
    }
}
