using System.Text.Json;

namespace ControlPlane.Api.Tests.Operations;

/// <summary>What must hold of the ledger at any time, as a client sees it.</summary>
internal static class Ledgers
{
    /// <summary>
    /// The sum of allocations is what hosts say is used, and VMs hold what their specs say, but for those that gave way to others: those
    /// hold only what they show.
    /// </summary>
    public static async Task AgreeAsync(ServiceFixture service)
    {
        var resources = (await service.GetAsync("/v1/reports/model")).GetProperty("r");
        Assert.True(resources.GetProperty("consistent").GetBoolean(), resources.ToString());
        var vms = (await service.GetAsync("/v1/vms?pageSize=1000")).GetProperty("items").EnumerateArray().ToList();
        var specified = vms.Where(vm => !GaveWay(vm)).Sum(vm => vm.GetProperty("spec").GetProperty("vcpus").GetInt64());
        Assert.All(vms.Where(GaveWay), vm => Assert.DoesNotContain(
            vm.GetProperty("status").GetProperty("allocations").EnumerateArray(), held => held.GetProperty("resource").GetString() == "vcpu"));
        Assert.Equal(specified, Of(resources.GetProperty("vms"), "vcpu"));
    }

    /// <summary>Nothing is held of any host or pool.</summary>
    public static async Task AreEmptyAsync(ServiceFixture service)
    {
        foreach (var host in (await service.GetAsync("/v1/hosts?pageSize=1000")).GetProperty("items").EnumerateArray())
        {
            foreach (var entry in host.GetProperty("capacity").EnumerateObject()) { Assert.Equal(0, entry.Value.GetProperty("used").GetInt64()); }
            foreach (var engine in host.GetProperty("engines").EnumerateArray())
            {
                foreach (var entry in engine.GetProperty("resources").EnumerateObject()) { Assert.Equal(0, entry.Value.GetProperty("used").GetInt64()); }
            }
        }
        foreach (var pool in (await service.GetAsync("/v1/pools")).GetProperty("items").EnumerateArray())
        {
            foreach (var entry in pool.GetProperty("limits").EnumerateObject()) { Assert.Equal(0, entry.Value.GetProperty("used").GetInt64()); }
        }
        Assert.Empty((await service.GetAsync("/v1/pools/default/allocations")).GetProperty("items").EnumerateArray());
    }

    private static bool GaveWay(JsonElement vm) => vm.GetProperty("status").GetProperty("conditions").EnumerateArray()
        .Any(condition => condition.GetProperty("type").GetString() == "Preempted");

    private static long Of(JsonElement amounts, string resource) => amounts.TryGetProperty(resource, out var amount) ? amount.GetInt64() : 0;
}
