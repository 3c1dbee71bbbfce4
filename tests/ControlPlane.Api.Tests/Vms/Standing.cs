using System.Text.Json;

namespace ControlPlane.Api.Tests.Vms;

/// <summary>How things stand, so that a test can say that a call changed nothing.</summary>
/// <param name="Held">What hosts and pools have promised.</param>
/// <param name="Vms">Every VM, whole.</param>
/// <param name="Revision">Of the newest event.</param>
public sealed record Standing(string Held, string Vms, long Revision)
{
    public static async Task<Standing> ReadAsync(ServiceFixture service)
    {
        var hosts = await service.GetAsync("/v1/hosts?pageSize=1000");
        var pools = await service.GetAsync("/v1/pools?pageSize=1000");
        var vms = await service.GetAsync("/v1/vms?pageSize=1000");
        var report = await service.GetAsync("/v1/reports/model");
        Assert.True(report.GetProperty("r").GetProperty("consistent").GetBoolean(), report.ToString());
        var held = Each(hosts, "capacity").Concat(Each(hosts, "engines")).Concat(Each(pools, "limits"));
        return new(string.Join('\n', held), vms.ToString(), report.GetProperty("revision").GetInt64());
    }

    private static IEnumerable<string> Each(JsonElement page, string member) =>
        page.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("name")} {item.GetProperty(member)}");
}
