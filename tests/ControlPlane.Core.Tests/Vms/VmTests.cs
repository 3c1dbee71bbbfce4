using System.Globalization;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Vms;

public class VmTests
{
    private static readonly OperationId Creation = Id(0);

    [Fact]
    public void No_sequence_of_operations_and_reports_breaches_the_matrix_and_the_state_follows_from_both() =>
        VmStep.Any.Array[0, 60].Sample(steps =>
        {
            var vm = NewVm();
            foreach (var step in steps)
            {
                var (state, incarnation, generation) = (vm.State, vm.Incarnation, vm.AssignmentGeneration);
                Do(vm, step);
                Assert.True(VmTransitions.Allows(state, vm.State), $"{step}: {state} to {vm.State}");
                Assert.InRange(vm.Incarnation, incarnation, incarnation + 1);
                var told = step is VmStep.Assign or VmStep.AssignStop or VmStep.AssignReboot ? 1 : 0;
                Assert.Equal(generation + told, vm.AssignmentGeneration);
                AssertShows(vm);
            }
        }, iter: 1500);

    [Fact]
    public void A_report_of_the_past_changes_nothing() => VmStep.Any.Array[0, 40].Sample(steps =>
    {
        var vm = NewVm();
        foreach (var step in steps)
        {
            var before = Everything(vm);
            var done = Do(vm, step);
            if (step is not VmStep.Observe) { continue; }
            Assert.Equal(done, before != Everything(vm) || done);
            if (!done) { Assert.Equal(before, Everything(vm)); }
        }
    }, iter: 400);

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, false)]
    [InlineData(0, 1, false)]
    [InlineData(1, -5, false)]
    public void A_report_counts_when_its_incarnation_and_generation_are_no_older_than_the_last(
        int olderBy, int generationOlderBy, bool taken)
    {
        var vm = NewVm();
        vm.Assign(Power.Running);
        vm.AssignStop(StopMode.Forced, 10, true);
        vm.Assign(Power.Running);
        vm.Observe(Report(vm.Incarnation, vm.AssignmentGeneration, Power.Starting));
        Assert.Equal(taken, vm.Observe(Report(vm.Incarnation - olderBy, vm.AssignmentGeneration - generationOlderBy, Power.Running)));
        Assert.Equal(taken ? Power.Running : Power.Starting, vm.ObservedPower);
    }

    [Fact]
    public void One_operation_at_a_time_is_under_way_and_only_it_can_end() => VmStep.Any.Array[0, 40].Sample(steps =>
    {
        var vm = NewVm();
        OperationId? expected = Creation;
        foreach (var step in steps)
        {
            var before = Everything(vm);
            var done = Do(vm, step);
            if (step is VmStep.Begin begin)
            {
                Assert.Equal(expected is null || expected == Id(begin.Operation), done);
                if (expected is null) { expected = Id(begin.Operation); }
                else { Assert.Equal(before, Everything(vm)); }
            }
            if (step is VmStep.End end && expected == Id(end.Operation)) { expected = null; }
            else if (step is VmStep.End) { Assert.Equal(before, Everything(vm)); }
            Assert.Equal(expected, vm.Operation);
        }
    }, iter: 400);

    [Fact]
    public void Every_state_that_a_host_can_show_is_reached()
    {
        var seen = new HashSet<VmState>();
        var vm = NewVm();
        seen.Add(vm.State);
        vm.End(Creation);
        seen.Add(vm.State);
        foreach (var power in Enum.GetValues<Power>())
        {
            vm.Observe(Report(vm.Incarnation, vm.AssignmentGeneration, power));
            seen.Add(vm.State);
        }
        vm.TryBegin(Id(1), VmActivity.Deleting);
        seen.Add(vm.State);
        // Migrating and unknown belong to live migration and to host leases, which come later.
        Assert.Equal(Enum.GetValues<VmState>().Except([VmState.Migrating, VmState.Unknown]).Order(), seen.Order());
    }

    [Fact]
    public void A_new_process_gets_the_next_incarnation_and_a_pause_keeps_it()
    {
        var vm = NewVm();
        Power[] told =
            [Power.Running, Power.Paused, Power.Running, Power.Stopped, Power.Paused, Power.Running, Power.Absent, Power.Running];
        var incarnations = told.Select(power => { vm.Assign(power); return vm.Incarnation; });
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 3], incarnations);
    }

    [Theory]
    [InlineData(Power.Starting)]
    [InlineData(Power.Stopping)]
    [InlineData(Power.Failed)]
    public void A_host_is_told_an_end_and_never_a_way(Power power) => Assert.Throws<InvariantException>(() => NewVm().Assign(power));

    [Fact]
    public void The_host_has_answered_when_it_speaks_of_the_newest_assignment()
    {
        var vm = NewVm();
        vm.Assign(Power.Running);
        Assert.False(vm.HasAnswered(out _));
        vm.Observe(Report(vm.Incarnation, vm.AssignmentGeneration, Power.Running));
        Assert.True(vm.HasAnswered(out var power));
        Assert.Equal(Power.Running, power);
        vm.AssignReboot(StopMode.Graceful, 30, true);
        Assert.False(vm.HasAnswered(out _));
    }

    private static void AssertShows(Vm vm)
    {
        VmState[] sensible = vm.Activity switch
        {
            VmActivity.Creating => [VmState.Creating],
            VmActivity.Starting => [VmState.Starting],
            VmActivity.Stopping => [VmState.Stopping],
            VmActivity.Recovering => [VmState.Unknown],
            VmActivity.Deleting => [VmState.Deleting],
            VmActivity.Migrating => [VmState.Migrating],
            VmActivity.None when vm.ObservedPower == Power.Absent => [VmState.Failed],
            VmActivity.None => [Enum.Parse<VmState>(vm.ObservedPower.ToString())],
        };
        Assert.Contains(vm.State, sensible);
        Assert.True(vm.Operation is not null || vm.Activity == VmActivity.None, "an activity without an operation");
    }

    private static bool Do(Vm vm, VmStep step)
    {
        switch (step)
        {
            case VmStep.Begin begin: return vm.TryBegin(Id(begin.Operation), begin.Activity);
            case VmStep.End end: vm.End(Id(end.Operation)); return true;
            case VmStep.Assign assign: vm.Assign(assign.Power); return true;
            case VmStep.AssignStop stop: vm.AssignStop(stop.Mode, 30, true); return true;
            case VmStep.AssignReboot reboot: vm.AssignReboot(reboot.Mode, 30, true); return true;
            case VmStep.Observe observe: return ObserveIt(vm, observe);
            default: throw new ArgumentOutOfRangeException(nameof(step));
        }
    }

    private static bool ObserveIt(Vm vm, VmStep.Observe observe)
    {
        var report = Report(
            vm.Incarnation - observe.IncarnationsBehind, vm.AssignmentGeneration - observe.GenerationsBehind, observe.Power);
        var newest = report.Incarnation >= vm.Incarnation && report.Generation >= vm.ObservedGeneration;
        var taken = vm.Observe(report);
        Assert.Equal(newest, taken);
        if (taken) { Assert.Equal((report.Power, report.Generation), (vm.ObservedPower, vm.ObservedGeneration)); }
        return taken;
    }

    private static string Everything(Vm vm) => string.Join('\n', typeof(Vm).GetProperties()
        .Where(property => property.Name != nameof(Vm.Spec))
        .Select(property => string.Create(CultureInfo.InvariantCulture, $"{property.Name}={property.GetValue(vm)}")));

    private static VmReport Report(long incarnation, long generation, Power power) =>
        new() { Incarnation = incarnation, Generation = generation, Power = power, Conditions = Array.Empty<Condition>() };

    private static Vm NewVm() => new(new(Guid.Empty), "default", ResourceName.Parse("web-1"), new(Guid.Empty),
        new() { Vcpus = 1, MemoryMiB = 64, DiskGiB = 1 }, Creation, DateTimeOffset.UnixEpoch);

    private static OperationId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));
}
