using ControlPlane.Api.Http;
using ControlPlane.Api.Metrics;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Preemption;
using ControlPlane.Api.Reservations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Vms;

/// <summary>The step tables of all that is done to a VM. What each step means for the guest is the host's agent's matter.</summary>
public sealed class VmOperationTables(IOptions<OperationOptions> options, FleetMetrics metrics) : IOperationTables
{
    /// <summary>Takes and gives back the VM's room.</summary>
    public const string Claim = "claim";

    /// <summary>Makes the VM's files on its host.</summary>
    public const string Prepare = "prepare";

    /// <summary>Starts the guest.</summary>
    public const string Start = "start";

    /// <summary>Stops the guest.</summary>
    public const string Stop = "stop";

    /// <summary>Boots the guest again.</summary>
    public const string Reboot = "reboot";

    /// <summary>Lets the vCPUs stand still.</summary>
    public const string Pause = "pause";

    /// <summary>Lets the vCPUs run again.</summary>
    public const string Resume = "resume";

    /// <summary>Tells the host the changed spec.</summary>
    public const string Apply = "apply";

    /// <summary>Removes the VM from its host.</summary>
    public const string Remove = "remove";

    private readonly OperationOptions limits = options.Value;

    /// <summary>One table per kind.</summary>
    public IEnumerable<OperationTable> All() =>
    [
        Table(OperationKind.CreateVm, CreateEnd, PreemptStep(), ClaimStep(), PrepareStep(), StartOnceStep()),
        Table(OperationKind.StartVm, KeepEnd, StartStep()),
        Table(OperationKind.StopVm, KeepEnd, StopStep()),
        Table(OperationKind.RebootVm, KeepEnd, RebootStep()),
        Table(OperationKind.PauseVm, KeepEnd, PowerStep(Pause, Power.Paused, Power.Running)),
        Table(OperationKind.ResumeVm, KeepEnd, PowerStep(Resume, Power.Running, Power.Paused)),
        Table(OperationKind.UpdateVm, KeepEnd, ResizeStep(), ApplyStep(), StartStep(), StopStep()),
        Table(OperationKind.DeleteVm, DeleteEnd, RemoveStep()),
        Table(OperationKind.PreemptVm, KeepEnd, GiveWayStep(), PreemptionSteps.YieldStep()) with { OnlyForParent = true },
    ];

    /// <summary>The steps of a create.</summary>
    internal static string[] CreateSteps(VmSpec spec) =>
        spec.DesiredState == DesiredState.Running ? [Claim, Prepare, Start] : [Claim, Prepare];

    private static OperationTable Table(
        OperationKind kind, Func<StepScope, OperationState, Task<string?>> end, params IReadOnlyList<OperationStepWork> steps) =>
        new() { Kind = kind, Steps = steps, End = end };

    private static Task<OperationFault?> Done { get; } = Task.FromResult<OperationFault?>(null);

    private Func<Operation, TimeSpan> Seconds(int seconds) => _ => TimeSpan.FromSeconds(seconds);

    private OperationStepWork PreemptStep() => PreemptionSteps.PreemptStep(limits.PreemptionGraceSeconds);

    // The claim was taken in the commit that accepted the operation, or that ended its waiting: recorded there and never repeated. Only
    // where others were stopped for it is it taken here.
    private OperationStepWork ClaimStep() => new()
    {
        Name = Claim, Limit = Seconds(limits.ChangeTimeoutSeconds),
        Do = scope => PreemptionSwap.TakeAsync(scope, metrics),
        Undo = async scope =>
        {
            if (!await ReservedRoom.TryReturnAsync(scope.Session, scope.TheVm)) { await VmLedger.ReleaseAsync(scope.Session, scope.TheVm); }
        },
    };

    // The host is told at once what the VM shall come to: it makes the files and goes on.
    private OperationStepWork PrepareStep() => new()
    {
        Name = Prepare, Limit = Seconds(limits.PrepareTimeoutSeconds),
        Do = scope => Tell(scope, vm =>
            Bound(scope, vm).Assign(vm.Spec.DesiredState == DesiredState.Running ? Power.Running : Power.Stopped)),
        Await = VmProgress.Prepared,
        Undo = scope => Tell(scope, vm => vm.Assign(Power.Absent)), AwaitUndo = VmProgress.Until(Power.Absent),
    };

    private OperationStepWork StartStep() => new()
    {
        Name = Start, Limit = Seconds(limits.StartTimeoutSeconds),
        Do = scope => Tell(scope, vm => Bound(scope, Want(vm, DesiredState.Running)).Assign(Power.Running)),
        Await = VmProgress.Until(Power.Running),
        Undo = scope => Tell(scope, vm => Want(vm, DesiredState.Stopped).AssignStop(StopMode.Forced, 1, true)),
        AwaitUndo = VmProgress.Until(Power.Stopped),
    };

    // Told with the step before it.
    private OperationStepWork StartOnceStep()
    {
        var start = StartStep();
        return start with { Do = scope => scope.Vm is { DesiredPower: Power.Running } ? Done : start.Do(scope) };
    }

    private OperationStepWork StopStep() => new()
    {
        Name = Stop,
        Limit = operation => TimeSpan.FromSeconds(StopTerms(operation).TimeoutSeconds + limits.StopMarginSeconds),
        Do = scope =>
        {
            var terms = StopTerms(scope.Operation);
            return Tell(scope, vm => Want(vm, DesiredState.Stopped).AssignStop(terms.Mode, terms.TimeoutSeconds, terms.ForceAfterTimeout));
        },
        Await = VmProgress.Until(Power.Stopped),
        Undo = scope => Tell(scope, vm => Restore(vm, StopTerms(scope.Operation).Before)),
        AwaitUndo = VmProgress.Answered,
    };

    // Stops a VM for another; one that had been stopped by its owner stays so when that is undone.
    private OperationStepWork GiveWayStep() => StopStep() with
    {
        Undo = scope => StopTerms(scope.Operation).Before is var before && before is Power.Running or Power.Paused
            ? Tell(scope, vm => Want(vm, DesiredState.Running).Assign(before)) : Tell(scope, vm => vm.Assign(Power.Stopped)),
    };

    private OperationStepWork RebootStep() => new()
    {
        Name = Reboot,
        Limit = operation => TimeSpan.FromSeconds(
            StopTerms(operation).TimeoutSeconds + limits.StopMarginSeconds + limits.StartTimeoutSeconds),
        Do = scope =>
        {
            var terms = StopTerms(scope.Operation);
            return Tell(scope, vm => RebootOnce(vm, terms));
        },
        Await = VmProgress.Until(Power.Running),
        // A reboot cannot be taken back; undoing it only makes sure that the guest runs.
        Undo = scope => Tell(scope, vm => vm.Assign(Power.Running)), AwaitUndo = VmProgress.Answered,
    };

    private OperationStepWork PowerStep(string name, Power wanted, Power before) => new()
    {
        Name = name, Limit = Seconds(limits.ChangeTimeoutSeconds),
        Do = scope => Tell(scope, vm => vm.Assign(wanted)), Await = VmProgress.Until(wanted),
        Undo = scope => Tell(scope, vm => vm.Assign(before)), AwaitUndo = VmProgress.Answered,
    };

    // The changed spec and claim were written in the commit that accepted the operation.
    private OperationStepWork ResizeStep() => new()
    {
        Name = Claim, Limit = Seconds(limits.ChangeTimeoutSeconds),
        Do = _ => Done,
        Undo = async scope =>
        {
            var (before, preempted) = scope.Arguments<UpdateArguments>();
            scope.TheVm.Spec = before;
            await VmLedger.ResizeAsync(scope.Session, scope.TheVm, preempted is null ? before.Demand : before.DiskOnly());
            if (preempted is not null) { scope.TheVm.GiveWay(preempted); }
        },
    };

    private OperationStepWork ApplyStep() => new()
    {
        Name = Apply, Limit = Seconds(limits.PrepareTimeoutSeconds),
        Do = scope => Tell(scope, vm => Bound(scope, vm).Assign(vm.DesiredPower)), Await = VmProgress.Answered,
        Undo = scope => Tell(scope, vm =>
        {
            vm.Spec = scope.Arguments<UpdateArguments>().Before;
            vm.Assign(vm.DesiredPower);
        }),
        AwaitUndo = VmProgress.Answered,
    };

    // The point of no return: what is removed cannot be had again.
    private OperationStepWork RemoveStep() => new()
    {
        Name = Remove, Limit = Seconds(limits.RemoveTimeoutSeconds), MaxAttempts = limits.UndoAttempts,
        Do = scope => Tell(scope, vm => vm.Assign(Power.Absent)), Await = VmProgress.Until(Power.Absent),
    };

    private static StopArguments StopTerms(Operation operation) => operation.Kind == OperationKind.UpdateVm || operation.Arguments is null
        ? new(StopMode.Graceful, 60, false, Power.Running, 0)
        : Persistence.StoreJson.Read<StopArguments>(operation.Arguments);

    private static Task<OperationFault?> Tell(StepScope scope, Action<Vm> change)
    {
        if (scope.Vm is { } vm) { change(vm); }
        return Done;
    }

    // Its host is told what to do with it when the lease ends, together with what else it is told.
    private static Vm Bound(StepScope scope, Vm vm)
    {
        vm.ChooseLossPolicy(VmLossPolicy.Of(vm.Spec, vm.Host is { } on ? scope.Session.Ledger.Host(on) : null));
        return vm;
    }

    private static Vm Want(Vm vm, DesiredState wanted)
    {
        if (vm.Spec.DesiredState != wanted) { vm.Spec = vm.Spec with { DesiredState = wanted }; }
        return vm;
    }

    private static void Restore(Vm vm, Power before) =>
        Want(vm, DesiredState.Running).Assign(before == Power.Paused ? Power.Paused : Power.Running);

    private static void RebootOnce(Vm vm, StopArguments terms)
    {
        if (vm.RebootCount >= terms.RebootCount) { vm.Assign(Power.Running); }
        else { vm.AssignReboot(terms.Mode, terms.TimeoutSeconds, terms.ForceAfterTimeout); }
    }

    private static async Task<string?> CreateEnd(StepScope scope, OperationState state)
    {
        if (state == OperationState.Succeeded) { return await KeepEnd(scope, state); }
        if (scope.Vm is { } vm) { scope.Session.Db.Vms.Remove(vm); }
        return null;
    }

    private static Task<string?> KeepEnd(StepScope scope, OperationState state)
    {
        if (scope.Vm is not { } vm) { return Task.FromResult<string?>(null); }
        vm.End(scope.Operation.Id);
        return Task.FromResult<string?>(ResponseOf(vm, scope.Session.Now));
    }

    /// <summary>The VM as the commit leaves it that records an operation's end: that makes the VM's next version.</summary>
    internal static string ResponseOf(Vm vm, DateTimeOffset now) =>
        Wire.Write(VmView.Of(vm) with { Etag = Answers.Etag(vm.Version + 1), UpdateTime = now });

    private static async Task<string?> DeleteEnd(StepScope scope, OperationState state)
    {
        if (scope.Vm is not { } vm) { return null; }
        if (state == OperationState.Succeeded)
        {
            await VmLedger.ReleaseAsync(scope.Session, vm);
            scope.Session.Db.Vms.Remove(vm);
        }
        else
        {
            vm.End(scope.Operation.Id);
        }
        return null;
    }
}
