using System.Text.Json;
using ControlPlane.Api.Http;
using ControlPlane.Contracts.Hosts;

namespace ControlPlane.Api.Tests.Http;

public sealed class WireTests
{
    [Fact]
    public void Times_leave_in_utc_with_a_z() => Assert.Equal(
        "\"2026-11-23T05:40:00.25Z\"", Wire.Write(new DateTimeOffset(2026, 11, 23, 6, 40, 0, 250, TimeSpan.FromHours(1))));

    [Fact]
    public void Text_is_escaped_no_more_than_it_must() => Assert.Equal("\"vms/vm_… <b> 'x' é\"", Wire.Write("vms/vm_… <b> 'x' é"));

    [Fact]
    public void Keys_of_maps_stay_as_they_are_and_nulls_are_written() => Assert.Equal(
        """{"map":{"memoryMiB":1,"Some.Key":2},"none":null}""",
        Wire.Write(new { Map = new Dictionary<string, int> { ["memoryMiB"] = 1, ["Some.Key"] = 2 }, None = (string?)null }));

    [Fact]
    public void A_bare_number_stands_for_a_record_that_has_a_short_form()
    {
        var capacity = JsonSerializer.Deserialize<Dictionary<string, CapacityTerms>>(
            """{"vcpu":64,"gpu":{"total":2,"reserved":1}}""", Wire.Json)!;
        Assert.Equal(64, capacity["vcpu"].Total);
        Assert.Equal(1, capacity["gpu"].Reserved);
        Assert.Equal("""{"total":64,"reserved":0,"overcommit":1}""", Wire.Write(capacity["vcpu"]));
    }
}
