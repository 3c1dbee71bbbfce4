using ControlPlane.Core.Tests.Hosts.Liveness;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;
using CsCheck;

namespace ControlPlane.Core.Tests.Vms.Embodiments;

public class ObedienceTests
{
    private static readonly OrderMemory Memory = new(Incarnation: 5, Generation: 9, Begun: 5, GivenUp: 4);

    [Theory]
    [InlineData(3, 5, 9, VmWill.Run, ObedienceOutcome.Obey)]
    [InlineData(3, 6, 10, VmWill.Run, ObedienceOutcome.Obey)]
    [InlineData(2, 6, 10, VmWill.Run, ObedienceOutcome.OldSession)]
    [InlineData(4, 6, 10, VmWill.Run, ObedienceOutcome.OldSession)]
    [InlineData(3, 4, 10, VmWill.Run, ObedienceOutcome.OldIncarnation)]
    [InlineData(3, 5, 8, VmWill.Absent, ObedienceOutcome.OldGeneration)]
    public void A_host_obeys_only_the_newest_it_has_seen(long session, long incarnation, long generation, VmWill will, ObedienceOutcome outcome) =>
        Assert.Equal(outcome, Obedience.Judge(Memory, 3, Order(session, incarnation, generation, will)));

    [Theory]
    [InlineData(VmWill.Run, ObedienceOutcome.GivenUp)]
    [InlineData(VmWill.Await, ObedienceOutcome.GivenUp)]
    [InlineData(VmWill.HandOver, ObedienceOutcome.GivenUp)]
    [InlineData(VmWill.Absent, ObedienceOutcome.Obey)]
    public void What_was_given_up_never_runs_again(VmWill will, ObedienceOutcome outcome) =>
        Assert.Equal(outcome, Obedience.Judge(Memory with { GivenUp = 5 }, 3, Order(3, 5, 10, will)));

    [Fact]
    public void In_whatever_order_orders_come_the_numbers_remembered_only_grow_and_the_newest_wins() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 8]).Array[1, 12].Sample(pairs =>
        {
            var memory = default(OrderMemory);
            foreach (var (incarnation, generation) in pairs)
            {
                var order = Order(1, incarnation, generation, VmWill.Run);
                if (Obedience.Judge(memory, 1, order) != ObedienceOutcome.Obey) { continue; }
                var next = memory.Told(order);
                Assert.True(next.Incarnation >= memory.Incarnation && next.Generation >= memory.Generation);
                memory = next;
            }
            Assert.Equal(ObedienceOutcome.Obey, Obedience.Judge(memory, 1, Order(1, 6, 9, VmWill.Run)));
            Assert.Contains(pairs, pair => pair.Item1 == memory.Incarnation);
        });

    private static VmOrder Order(long session, long incarnation, long generation, VmWill will) =>
        new(new VmId(Leases.Host.Value), session, incarnation, generation, will, LossPolicy.RestartElsewhere);
}
