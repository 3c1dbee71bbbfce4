using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>
/// The steps of a VM's move. Everything before the switch can be undone and leaves the VM at its host as if nothing had been; the switch
/// is one transaction; what comes after it is only retried.
/// </summary>
public sealed class MigrationTables(IOptions<OperationOptions> options) : IOperationTables
{
    /// <summary>Tells the target to await it.</summary>
    public const string Prepare = "prepare";

    /// <summary>Tells the source to send it, and waits for both ends' words.</summary>
    public const string Transfer = "transfer";

    /// <summary>Makes it the target's.</summary>
    public const string Switch = "switch";

    private readonly OperationOptions limits = options.Value;

    private static Task<OperationFault?> Done { get; } = Task.FromResult<OperationFault?>(null);

    /// <summary>One table.</summary>
    public IEnumerable<OperationTable> All() =>
    [
        new()
        {
            Kind = OperationKind.MigrateVm, Steps = [ClaimStep(), StopStep(), PrepareStep(), TransferStep(), SwitchStep(), RemoveStep()],
            End = EndAsync,
        },
    ];

    /// <summary>The steps of one move.</summary>
    internal static string[] StepsOf(MigrationPlan plan) =>
        plan.Move.Terms.Algorithm == MigrationAlgorithm.Cold && plan.Before is Power.Running or Power.Paused
            ? [VmOperationTables.Claim, VmOperationTables.Stop, Prepare, Transfer, Switch, VmOperationTables.Remove]
            : [VmOperationTables.Claim, Prepare, Transfer, Switch, VmOperationTables.Remove];

    // The room was taken in the commit that accepted the operation.
    private OperationStepWork ClaimStep() => new()
    {
        Name = VmOperationTables.Claim, Limit = Seconds(limits.ChangeTimeoutSeconds), Do = _ => Done, Undo = scope => GiveRoomAsync(scope),
    };

    private OperationStepWork StopStep() => new()
    {
        Name = VmOperationTables.Stop,
        Limit = operation => TimeSpan.FromSeconds(MigrationPlan.Of(operation)!.StopTimeoutSeconds + limits.StopMarginSeconds),
        Do = scope => Tell(scope, (vm, plan) => vm.AssignStop(StopMode.Graceful, plan.StopTimeoutSeconds, forceAfterTimeout: true)),
        Await = VmProgress.Until(Power.Stopped),
        Undo = scope => Tell(scope, (vm, plan) => vm.Assign(plan.Before)), AwaitUndo = VmProgress.Answered, UndoMayLag = true,
    };

    private OperationStepWork PrepareStep() => new()
    {
        Name = Prepare, Limit = Seconds(limits.PrepareTimeoutSeconds),
        Do = scope => Tell(scope, (vm, plan) => BeginOnce(vm, plan.Move)), Await = MigrationProgress.Listening,
        Undo = AbandonAsync, AwaitUndo = MigrationProgress.CalledBack, UndoMayLag = true,
    };

    private OperationStepWork TransferStep() => new()
    {
        Name = Transfer, Limit = operation => TimeSpan.FromSeconds(MigrationPlan.Of(operation)!.Move.Terms.TimeoutSeconds),
        Do = AnnounceAsync, Await = MigrationProgress.BothWords,
        Undo = AbandonAsync, AwaitUndo = MigrationProgress.CalledBack, UndoMayLag = true,
        // From the moment at which the guest goes on elsewhere without all of its memory nobody can take it back.
        Cancels = operation => MigrationPlan.Of(operation)!.Move.Terms.Algorithm is MigrationAlgorithm.Cold or MigrationAlgorithm.PreCopy,
    };

    // One transaction: who may run it, whose room it is, what the source must let go. Tried again it tells the target once more.
    private OperationStepWork SwitchStep() => new()
    {
        Name = Switch, Limit = Seconds(limits.StartTimeoutSeconds), MaxAttempts = limits.UndoAttempts,
        Do = SwitchAsync, Await = MigrationProgress.AtTarget,
    };

    private OperationStepWork RemoveStep() => new()
    {
        Name = VmOperationTables.Remove, Limit = Seconds(limits.RemoveTimeoutSeconds), DoMayLag = true,
        Do = _ => Done, Await = MigrationProgress.Left,
    };

    private static void BeginOnce(Vm vm, Migration move)
    {
        if (vm.Migration is null) { vm.BeginMigration(move); }
    }

    // What the switch reads is read here once before: a first look is slow, and at the switch the guest stands still.
    private static async Task<OperationFault?> AnnounceAsync(StepScope scope)
    {
        if (scope.Vm is not { } vm) { return null; }
        var (claim, _) = await RoomsAsync(scope.Session.Db, vm, MigrationPlan.Of(scope.Operation)!);
        if (claim is not null) { await HostOfAsync(scope.Session.Db, claim); }
        if (vm.Migration?.Ready is null) { vm.AnnounceMigration(); }
        return null;
    }

    private static async Task<(Allocation? Claim, Allocation Room)> RoomsAsync(StoreContext db, Vm vm, MigrationPlan plan) =>
        (await db.Allocations.FirstOrDefaultAsync(row => row.Id == vm.Allocation),
            await db.Allocations.FirstAsync(row => row.Id == plan.Move.Allocation));

    private static Task<Host> HostOfAsync(StoreContext db, Allocation held) => db.Hosts.FirstAsync(row => row.Id == held.Host);

    private static async Task<OperationFault?> SwitchAsync(StepScope scope)
    {
        var (vm, plan) = (scope.TheVm, MigrationPlan.Of(scope.Operation)!);
        if (vm.Host == plan.Move.Target)
        {
            vm.Assign(plan.Before);
            return null;
        }
        if (!vm.ReadyToSwitch) { return new("not-ready", "One of the two hosts has taken its word back.", Switch); }
        var db = scope.Session.Db;
        var (claim, room) = await RoomsAsync(db, vm, plan);
        if (claim is not null) { await GiveAsync(db, claim); }
        room.EndMove();
        db.Departures.Add(scope.TheVm.SwitchOver(scope.Session.Now));
        vm.ChooseLossPolicy(VmLossPolicy.Of(vm.Spec, scope.Session.Ledger.Host(plan.Move.Target)));
        return null;
    }

    private static async Task<OperationFault?> AbandonAsync(StepScope scope)
    {
        if (scope.Vm?.AbandonMigration(scope.Session.Now) is { } departure)
        {
            scope.Session.Db.Departures.Add(departure);
            await scope.Session.SaveAsync();
        }
        return null;
    }

    // A target that does not answer keeps what it has of the VM until it does; its room is given back: the VM is not to come.
    private static async Task GiveRoomAsync(StepScope scope)
    {
        var plan = MigrationPlan.Of(scope.Operation)!;
        var db = scope.Session.Db;
        if (await db.Allocations.FirstOrDefaultAsync(row => row.Id == plan.Move.Allocation && row.ForMove) is { } room)
        {
            await GiveAsync(db, room);
        }
    }

    // Of a move only the host is charged a second time.
    private static async Task GiveAsync(StoreContext db, Allocation held)
    {
        var host = await HostOfAsync(db, held);
        var outcome = Ledger.Give(held, host, [], held.Resources);
        Invariant.Check(outcome == AllocationOutcome.Allocated, "a host gives back what a VM held there");
        db.Allocations.Remove(held);
    }

    private static async Task<string?> EndAsync(StepScope scope, OperationState state)
    {
        if (scope.Vm is not { } vm) { return null; }
        var plan = MigrationPlan.Of(scope.Operation)!;
        if (state != OperationState.Succeeded && vm.Migration is not null)
        {
            await AbandonAsync(scope);
            await GiveRoomAsync(scope);
            if (vm.DesiredPower != plan.Before) { vm.Assign(plan.Before); }
        }
        vm.CountMigration(plan.Move.Terms.Algorithm, OutcomeOf(state));
        vm.End(scope.Operation.Id);
        return VmOperationTables.ResponseOf(vm, scope.Session.Now);
    }

    private static MigrationOutcome OutcomeOf(OperationState state) => state switch
    {
        OperationState.Succeeded => MigrationOutcome.Succeeded,
        OperationState.Cancelled or OperationState.Cancelling => MigrationOutcome.Cancelled,
        OperationState.Failed or OperationState.Pending or OperationState.Running => MigrationOutcome.Failed,
    };

    private static Func<Operation, TimeSpan> Seconds(int seconds) => _ => TimeSpan.FromSeconds(seconds);

    private static Task<OperationFault?> Tell(StepScope scope, Action<Vm, MigrationPlan> change)
    {
        if (scope.Vm is { } vm) { change(vm, MigrationPlan.Of(scope.Operation)!); }
        return Done;
    }
}
