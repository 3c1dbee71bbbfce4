using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Scheduling;

public class LargestFirstTests
{
    [Fact]
    public void Each_comes_once_and_none_before_one_that_has_more_of_everything() =>
        Gen.Select(Fleets.Hosts, Some.Vector(9).Array[0, 12]).Sample((hosts, demands) =>
    {
        var of = ResourceVector.Of(Some.Classes.Select(resource => KeyValuePair.Create(resource, 7L)));
        var order = LargestFirst.Of(FleetSnapshot.Of(hosts).With(Host(of)), demands);
        Assert.Equal(Enumerable.Range(0, demands.Length), order.Order());
        for (var i = 1; i < order.Count; i++)
        {
            var (earlier, later) = (demands[order[i - 1]], demands[order[i]]);
            Assert.False(Some.Classes.All(resource => later[resource] > earlier[resource]), $"{earlier} before {later}");
            Assert.True(!earlier.Equals(later) || order[i - 1] < order[i]);
        }
    }, iter: 1000);

    [Fact]
    public void What_takes_most_of_a_scarce_class_is_largest()
    {
        var fleet = FleetSnapshot.Of([Host(ResourceVector.Of((ResourceClass.Vcpu, 100), (Some.Gpu, 2)))]);
        ResourceVector[] demands = [ResourceVector.Of((ResourceClass.Vcpu, 40)), ResourceVector.Of((Some.Gpu, 1))];

        Assert.Equal([1, 0], LargestFirst.Of(fleet, demands));
    }

    private static HostSnapshot Host(ResourceVector capacity) => new()
    {
        Id = new(new Guid(1000, 0, 0, new byte[8])), Name = "h1000", State = HostState.Active, Driver = HostDriver.Simulated,
        Capacity = capacity, Used = ResourceVector.Empty,
    };
}
