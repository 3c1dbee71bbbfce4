using ControlPlane.Api.Placements;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Tests.Placements;

/// <summary>A refusal is made in a turn of the write lane, where others wait; its words, of every host, are made when it is answered.</summary>
public sealed class RefusalCostTests
{
    private const int Hosts = 500;
    private const long MostBytesOfATurn = 4_096;

    [Fact]
    public void Words_of_every_host_are_not_made_before_somebody_reads_them()
    {
        var decision = Refused(Fleet());
        PlacementService.Refusal(Refused(Fleet()));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var problem = PlacementService.Refusal(decision);
        var spent = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(spent, 0, MostBytesOfATurn);
        Assert.Contains($"Of {Hosts} hosts none could ever hold", problem.Detail, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 20 * MostBytesOfATurn, long.MaxValue);
    }

    private static Decision Refused(FleetSnapshot fleet)
    {
        var demand = new Demand
        {
            Resources = ResourceVector.Of((ResourceClass.Vcpu, 65)), Algorithm = PlacementAlgorithm.Balanced,
        };
        return new(fleet, demand, 0, Scheduler.Place(fleet, demand, 0), 0, DateTimeOffset.UnixEpoch);
    }

    private static FleetSnapshot Fleet() => FleetSnapshot.Of([.. Enumerable.Range(1, Hosts).Select(number => HostSnapshot.Of(new Host(
        new(Guid.CreateVersion7()), ResourceName.Parse($"h{number}"), HostDriver.Simulated,
        new Dictionary<ResourceClass, InventoryTerms> { [ResourceClass.Vcpu] = new(64, 0, Overcommit.None) }, DateTimeOffset.UnixEpoch)))]);
}
