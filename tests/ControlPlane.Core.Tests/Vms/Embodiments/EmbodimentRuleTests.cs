using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Tests.Hosts.Liveness;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;
using CsCheck;

namespace ControlPlane.Core.Tests.Vms.Embodiments;

public class EmbodimentRuleTests
{
    private const long Told = 20;

    private static readonly OrderMemory Memory = new(Incarnation: 3, Generation: Told, Begun: 3, GivenUp: 2);

    private static readonly Gen<(VmOrder Order, OrderMemory Memory, Embodiment? There, FenceStage Stage)> Any =
        from will in Gen.Enum<VmWill>()
        from policy in Gen.Enum<LossPolicy>()
        from stage in Gen.Enum<FenceStage>()
        from state in Gen.Enum<EmbodimentState>()
        from incarnation in Gen.Long[1, 3]
        from handOver in Gen.Int[0, 2].Select(at => new[] { 0, Told - 1, Told }[at])
        from begun in Gen.Long[2, 3]
        from present in Gen.Bool
        select (Order(will, policy), Memory with { Begun = present ? 3 : begun },
            present ? new Embodiment(incarnation, state, policy, handOver) : null, stage);

    [Fact]
    public void A_source_that_stands_still_goes_on_only_by_a_later_word() => Any.Sample(one =>
    {
        if (one.There is { State: EmbodimentState.HandedOver or EmbodimentState.FencePaused, HandOver: Told }) { Assert.NotEqual(EmbodimentStep.Continue, Next(one)); }
    });

    [Fact]
    public void A_target_that_waits_goes_on_only_when_it_is_told_to_run_and_its_state_has_come() => Any.Sample(one =>
    {
        if (one.Order.Will == VmWill.Await || one.There is { State: EmbodimentState.Awaiting })
        {
            Assert.NotEqual(EmbodimentStep.Continue, Next(one));
        }
    });

    [Fact]
    public void Without_a_lease_nothing_that_is_restarted_elsewhere_is_begun_or_goes_on() => Any.Sample(one =>
    {
        if (one.Stage == FenceStage.Run || one.Order.Policy == LossPolicy.Stay) { return; }
        Assert.True(Next(one) is EmbodimentStep.Rest or EmbodimentStep.Pause or EmbodimentStep.End or EmbodimentStep.GiveUp);
        if (one.Stage == FenceStage.Stop && one.There is not null)
        {
            Assert.True(Next(one) is EmbodimentStep.End or EmbodimentStep.GiveUp);
        }
    });

    [Fact]
    public void What_stays_with_its_host_does_not_notice_the_lease() => Any.Sample(one =>
    {
        if (one.Order.Policy == LossPolicy.Stay) { Assert.Equal(Next(one), Next(one with { Stage = FenceStage.Run })); }
    });

    [Fact]
    public void An_order_of_another_session_begins_nothing_and_lets_nothing_go_on() => Any.Sample(one =>
    {
        var step = EmbodimentRule.Next(one.Order, one.Order.Session + 1, one.Memory, one.There, one.Stage);
        Assert.Equal(one.There is null ? EmbodimentStep.Rest : EmbodimentRule.UnderFence(one.There, one.Stage), step);
    });

    [Fact]
    public void An_incarnation_is_begun_once() => Any.Sample(one =>
    {
        if (Next(one) is EmbodimentStep.Begin or EmbodimentStep.BeginAwaiting)
        {
            Assert.True(one.There is null && one.Memory.Begun < one.Order.Incarnation);
        }
    });

    [Fact]
    public void What_is_older_than_the_order_or_not_wanted_is_ended_whatever_the_lease() => Any.Sample(one =>
    {
        if (one.There is not null && (one.There.Incarnation < one.Order.Incarnation || one.Order.Will == VmWill.Absent))
        {
            Assert.Equal(EmbodimentStep.End, Next(one));
        }
    });

    [Theory]
    [InlineData(VmWill.Run, EmbodimentState.Loaded, 0, EmbodimentStep.Continue)]
    [InlineData(VmWill.Run, EmbodimentState.FencePaused, 0, EmbodimentStep.Continue)]
    [InlineData(VmWill.Run, EmbodimentState.Running, 0, EmbodimentStep.Rest)]
    [InlineData(VmWill.Run, EmbodimentState.HandedOver, Told - 1, EmbodimentStep.Continue)]
    [InlineData(VmWill.Run, EmbodimentState.Awaiting, 0, EmbodimentStep.GiveUp)]
    [InlineData(VmWill.HandOver, EmbodimentState.FencePaused, 0, EmbodimentStep.Continue)]
    [InlineData(VmWill.HandOver, EmbodimentState.FencePaused, Told, EmbodimentStep.Rest)]
    [InlineData(VmWill.HandOver, EmbodimentState.Running, 0, EmbodimentStep.SendState)]
    [InlineData(VmWill.HandOver, EmbodimentState.Running, Told - 1, EmbodimentStep.SendState)]
    [InlineData(VmWill.HandOver, EmbodimentState.Running, Told, EmbodimentStep.Rest)]
    [InlineData(VmWill.HandOver, EmbodimentState.HandedOver, Told, EmbodimentStep.Rest)]
    [InlineData(VmWill.Await, EmbodimentState.Awaiting, 0, EmbodimentStep.Rest)]
    [InlineData(VmWill.Await, EmbodimentState.Loaded, 0, EmbodimentStep.Rest)]
    public void With_a_lease(VmWill will, EmbodimentState state, long handOver, EmbodimentStep step) => Assert.Equal(
        step, EmbodimentRule.Next(Order(will, LossPolicy.RestartElsewhere), 1, Memory,
            new(3, state, LossPolicy.RestartElsewhere, handOver), FenceStage.Run));

    private static EmbodimentStep Next((VmOrder Order, OrderMemory Memory, Embodiment? There, FenceStage Stage) one) =>
        EmbodimentRule.Next(one.Order, one.Order.Session, one.Memory, one.There, one.Stage);

    private static VmOrder Order(VmWill will, LossPolicy policy) => new(new VmId(Leases.Host.Value), 1, 3, Told, will, policy);
}
