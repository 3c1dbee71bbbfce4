using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Tests.Hosts.Liveness;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;
using CsCheck;

namespace ControlPlane.Core.Tests.Vms.Embodiments;

public class CustodyTests
{
    private static readonly VmId Vm = new(new Guid(9, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    private static readonly Custody Fresh = Custody.New(Vm, Leases.Host, LossPolicy.RestartElsewhere);

    private static readonly Custody Moving = Do(Fresh.Begin(Leases.Other, out var next), next);

    [Fact]
    public void Before_the_switch_only_the_source_may_run_and_after_it_only_the_target()
    {
        Assert.Equal(VmWill.HandOver, Moving.OrderFor(Leases.Host, 1).Will);
        Assert.Equal(VmWill.Await, Moving.OrderFor(Leases.Other, 1).Will);
        Assert.Equal(VmWill.Absent, Moving.OrderFor(Leases.Third, 1).Will);
        var switched = Switched();
        Assert.Equal((VmWill.Run, 2L), (switched.OrderFor(Leases.Other, 1).Will, switched.OrderFor(Leases.Other, 1).Incarnation));
        Assert.Equal((VmWill.Absent, 2L), (switched.OrderFor(Leases.Host, 1).Will, switched.OrderFor(Leases.Host, 1).Incarnation));
    }

    [Fact]
    public void The_switch_needs_both_words()
    {
        Assert.Equal(CustodyOutcome.NotReady, Moving.Switch(out _));
        Assert.Equal(CustodyOutcome.NotReady, Loaded(Moving).Switch(out _));
        Assert.Equal(CustodyOutcome.NotReady, HandedOver(Moving).Switch(out _));
        Assert.Equal(CustodyOutcome.Done, Loaded(HandedOver(Moving)).Switch(out _));
        Assert.Equal(CustodyOutcome.NoMove, Fresh.Switch(out _));
    }

    [Fact]
    public void A_move_that_is_abandoned_leaves_the_source_as_it_was_by_a_later_word_and_its_number_is_never_used_again()
    {
        var abandoned = Do(HandedOver(Moving).Abandon(out var next), next);
        var order = abandoned.OrderFor(Leases.Host, 1);
        Assert.Equal((VmWill.Run, 1L), (order.Will, order.Incarnation));
        Assert.True(order.Generation > Moving.Generation);
        var again = Do(abandoned.Begin(Leases.Other, out next), next);
        Assert.Equal(3, again.Move!.Incarnation);
        Assert.Equal(CustodyOutcome.OldIncarnation, again.Hear(Word(Leases.Other, 2, 0, VmWordKind.Loaded), out _));
        Assert.Equal(CustodyOutcome.OldIncarnation, again.Hear(Word(Leases.Host, 1, Moving.Generation, VmWordKind.HandedOver), out _));
    }

    [Fact]
    public void A_source_that_could_not_send_or_a_target_that_gave_up_ends_the_move()
    {
        Assert.Null(Do(Moving.Hear(Word(Leases.Host, 1, Moving.Generation, VmWordKind.NotSent), out var next), next).Move);
        Assert.Null(Do(Loaded(Moving).Hear(Word(Leases.Other, 2, 0, VmWordKind.GivenUp), out next), next).Move);
    }

    [Fact]
    public void A_source_that_ends_after_handing_over_leaves_the_switch_and_one_that_ends_before_leaves_its_disks()
    {
        var givenUp = Word(Leases.Host, 1, Moving.Generation, VmWordKind.GivenUp);
        var after = Do(Loaded(HandedOver(Moving)).Hear(givenUp, out var next), next);
        Assert.True(after.Ended);
        Assert.Equal(CustodyOutcome.MoveUnderWay, after.GiveTo(Leases.Third, out _));
        Assert.False(Do(after.Switch(out next), next).Ended);
        var before = Do(Loaded(Moving).Hear(givenUp, out next), next);
        Assert.True(before is { Ended: true, Move: null });
        Assert.Equal(3, Do(before.GiveTo(Leases.Third, out next), next).Incarnation);
    }

    [Fact]
    public void Only_what_has_ended_is_given_to_another()
    {
        Assert.Equal(CustodyOutcome.NotEnded, Fresh.GiveTo(Leases.Other, out _));
        Assert.Equal(CustodyOutcome.NotEnded, Fresh.TakeFrom(Active(Leases.Host), out _));
        Assert.Equal(CustodyOutcome.ForeignVm, Fresh.TakeFrom(Lost(Leases.Other), out _));
        var taken = Do(Fresh.TakeFrom(Lost(Leases.Host), out var next), next);
        var given = Do(taken.GiveTo(Leases.Other, out next), next);
        Assert.Equal((Leases.Other, 2L), (given.Owner, given.Incarnation));
        Assert.Equal(CustodyOutcome.ForeignVm, given.Hear(Word(Leases.Host, 1, 1, VmWordKind.GivenUp), out _));
    }

    [Fact]
    public void A_policy_binds_a_host_that_ran_under_another_only_once_it_has_heard()
    {
        Assert.True(Fresh.Promised);
        var stays = Do(Fresh.Choose(LossPolicy.Stay, out var next), next);
        Assert.False(stays.Promised);
        var asked = Do(stays.Choose(LossPolicy.RestartElsewhere, out next), next);
        Assert.False(asked.Promised);
        Assert.Equal(LostVmVerdict.NotProvenEnded, LostVm.Judge(asked, Lost(Leases.Host), false, default));
        var late = Do(asked.Hear(Word(Leases.Host, 1, stays.Generation, VmWordKind.Heeded), out next), next);
        Assert.False(late.Promised);
        var heeded = Do(late.Hear(Word(Leases.Host, 1, asked.Generation, VmWordKind.Heeded), out next), next);
        Assert.True(heeded.Promised);
        Assert.Equal(CustodyOutcome.MoveUnderWay, Moving.Choose(LossPolicy.Stay, out _));
    }

    [Fact]
    public void A_vm_of_a_lost_host_is_started_elsewhere_unless_its_disks_are_lost_or_too_many_are_silent()
    {
        Assert.Equal(LostVmVerdict.NotLost, LostVm.Judge(Fresh, Active(Leases.Host), false, default));
        Assert.Equal(LostVmVerdict.StartsElsewhere, LostVm.Judge(Fresh, Lost(Leases.Host), false, default));
        Assert.Equal(LostVmVerdict.DisksLost, LostVm.Judge(Fresh, Lost(Leases.Host), true, default));
        Assert.Equal(LostVmVerdict.WaitsForBrake, LostVm.Judge(Fresh, Lost(Leases.Host), false, new LossBrake(true)));
        Lost(Leases.Host).Lose(new LossProof.OperatorsStatement(1, "ann", "off"), out var stated);
        Assert.Equal(LostVmVerdict.StartsElsewhere, LostVm.Judge(Fresh, stated, false, new LossBrake(true)));
    }

    [Fact]
    public void Whatever_is_done_at_most_one_host_is_told_to_run_it_and_numbers_only_grow() => Gen.Int[0, 9].Array[0, 40].Sample(steps =>
    {
        HostId[] hosts = [Leases.Host, Leases.Other, Leases.Third];
        var custody = Fresh;
        foreach (var step in steps)
        {
            var before = custody;
            custody = After(custody, step, hosts);
            var orders = hosts.Select(host => custody.OrderFor(host, 1)).ToList();
            Assert.True(orders.Count(order => order.Will is VmWill.Run or VmWill.HandOver) == (custody.Ended ? 0 : 1));
            Assert.True(orders.Count(order => order.Will == VmWill.Await) == (custody.Move is null ? 0 : 1));
            Assert.True(custody.Incarnation >= before.Incarnation && custody.Issued >= before.Issued);
            Assert.True(custody == before || custody.Generation >= before.Generation);
            // A host that is told something else is told it by a later word.
            Assert.All(hosts, host => Assert.True(custody.OrderFor(host, 1) == before.OrderFor(host, 1)
                || custody.Generation > before.Generation || custody.Ended));
        }
    });

    private static Custody After(Custody custody, int step, HostId[] hosts)
    {
        var target = custody.Move?.Target ?? Leases.Other;
        Custody next;
        switch (step)
        {
            case 0 or 1 or 2: custody.Begin(hosts[step], out next); return next;
            case 3: custody.Hear(Word(target, custody.Move?.Incarnation ?? 0, 0, VmWordKind.Loaded), out next); return next;
            case 4: custody.Hear(Word(custody.Owner, custody.Incarnation, custody.Generation, VmWordKind.HandedOver), out next); return next;
            case 5: custody.Switch(out next); return next;
            case 6: custody.Abandon(out next); return next;
            case 7: custody.Hear(Word(custody.Owner, custody.Incarnation, custody.Generation, VmWordKind.GivenUp), out next); return next;
            case 8: custody.GiveTo(Leases.Third, out next); return next;
            default: custody.TakeFrom(Lost(custody.Owner), out next); return next;
        }
    }

    private static Custody Do(CustodyOutcome outcome, Custody next)
    {
        Assert.Equal(CustodyOutcome.Done, outcome);
        return next;
    }

    private static Custody Loaded(Custody custody) => Do(custody.Hear(Word(Leases.Other, 2, 0, VmWordKind.Loaded), out var next), next);

    private static Custody HandedOver(Custody custody) =>
        Do(custody.Hear(Word(Leases.Host, 1, custody.Move!.Generation, VmWordKind.HandedOver), out var next), next);

    private static Custody Switched() => Do(Loaded(HandedOver(Moving)).Switch(out var next), next);

    private static VmWord Word(HostId host, long incarnation, long generation, VmWordKind kind) => new(host, Vm, incarnation, generation, kind);

    private static HostStanding Active(HostId host) => HostStanding.New(host, Leases.FiveSeconds).Welcome(Leases.FiveSeconds);

    private static HostStanding Lost(HostId host)
    {
        Active(host).Lose(new LossProof.LeaseOver(1), out var lost);
        return lost;
    }
}
