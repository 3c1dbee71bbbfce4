using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;
using CsCheck;

namespace ControlPlane.Core.Tests.Vms;

public class VmMovingTests
{
    private static readonly HostId source = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly HostId target = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly MigrationReadiness door = new("10.0.0.2:4000", null);

    [Fact]
    public void The_switch_needs_both_words_and_then_it_is_the_targets_alone()
    {
        var vm = Running();
        vm.BeginMigration(To(target));
        Assert.True(vm.ObserveTarget(2, new() { Generation = vm.AssignmentGeneration, Listening = door }));
        vm.AnnounceMigration();
        Assert.False(vm.ReadyToSwitch);
        vm.ObserveTarget(2, new() { Generation = vm.AssignmentGeneration, Listening = door, Loaded = true });
        Assert.False(vm.ReadyToSwitch);
        vm.ObserveSource(1, new() { Generation = vm.AssignmentGeneration, HandedOver = true });
        Assert.True(vm.ReadyToSwitch);

        var departure = vm.SwitchOver(DateTimeOffset.UnixEpoch);

        Assert.Equal((target, 2L, Power.Running), (vm.Host, vm.Incarnation, vm.DesiredPower));
        Assert.Equal((source, 1L, vm.AssignmentGeneration), (departure.Host, departure.Incarnation, departure.Generation));
        Assert.False(vm.HasAnswered(out _));
        Assert.Null(vm.Migration);
    }

    [Fact]
    public void A_word_about_what_was_told_before_does_not_hand_it_over()
    {
        var vm = Running();
        vm.BeginMigration(To(target));
        var early = vm.AssignmentGeneration;
        vm.ObserveTarget(2, new() { Generation = early, Listening = door, Loaded = true });
        vm.ObserveSource(1, new() { Generation = early, HandedOver = true });
        vm.AnnounceMigration();
        vm.ObserveSource(1, new() { Generation = early, HandedOver = true });
        Assert.False(vm.ReadyToSwitch);
        Assert.False(vm.ObserveTarget(1, new() { Generation = early, Loaded = true }));
        Assert.False(vm.ObserveSource(2, new() { Generation = vm.AssignmentGeneration, HandedOver = true }));
        Assert.False(vm.ReadyToSwitch);
    }

    [Fact]
    public void A_number_of_a_move_that_came_to_nothing_is_never_used_again() => Gen.Bool.Array[1, 30].Sample(steps =>
    {
        var vm = Running();
        HashSet<long> spoken = [vm.Incarnation];
        foreach (var moves in steps)
        {
            if (moves)
            {
                vm.BeginMigration(To(target));
                Assert.True(spoken.Add(vm.Migration!.Incarnation), "a number of a move twice");
                var departure = vm.AbandonMigration(DateTimeOffset.UnixEpoch)!;
                Assert.Equal((target, vm.AssignmentGeneration), (departure.Host, departure.Generation));
                Assert.Equal(source, vm.Host);
            }
            else
            {
                vm.AssignStop(StopMode.Forced, 1, true);
                vm.Assign(Power.Running);
                Assert.True(spoken.Add(vm.Incarnation), "a number of a start twice");
            }
        }
    }, iter: 300);

    [Fact]
    public void A_move_that_is_not_there_is_abandoned_without_a_word() => Assert.Null(Running().AbandonMigration(DateTimeOffset.UnixEpoch));

    [Fact]
    public void Attempts_are_counted_by_algorithm_and_outcome()
    {
        var vm = Running();
        vm.CountMigration(MigrationAlgorithm.PreCopy, MigrationOutcome.Failed);
        vm.CountMigration(MigrationAlgorithm.PreCopy, MigrationOutcome.Succeeded);
        vm.CountMigration(MigrationAlgorithm.PreCopy, MigrationOutcome.Failed);
        Assert.Equal(3, vm.Migrations);
        Assert.Equal(
            [new(MigrationAlgorithm.PreCopy, MigrationOutcome.Succeeded, 1), new(MigrationAlgorithm.PreCopy, MigrationOutcome.Failed, 2)],
            vm.MigrationCounts);
    }

    private static Vm Running()
    {
        var vm = new Vm(new(Guid.Empty), "default", ResourceName.Parse("web-1"), new(Guid.Empty),
            new() { Vcpus = 1, MemoryMiB = 64, DiskGiB = 1 }, new(Guid.Empty), DateTimeOffset.UnixEpoch);
        vm.PlaceOn(source, EngineKind.Software, new(Guid.Empty), new(Guid.Empty), 0, 0);
        vm.Assign(Power.Running);
        vm.Observe(new() { Incarnation = 1, Generation = vm.AssignmentGeneration, Power = Power.Running, Conditions = [] });
        return vm;
    }

    private static Migration To(HostId host) => new()
    {
        Target = host, Engine = EngineKind.Software, Allocation = new(Guid.NewGuid()), Placement = new(Guid.Empty),
        Terms = new() { Algorithm = MigrationAlgorithm.PreCopy }, Incarnation = 0, Generation = 0, Power = Power.Running,
    };
}
