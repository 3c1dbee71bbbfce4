using ControlPlane.Api.Operations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>What both hosts' reports say of a move's steps.</summary>
internal static class MigrationProgress
{
    /// <summary>The target awaits it.</summary>
    internal static StepProgress Listening(Vm vm) => Failed(vm) ?? (vm.MigrationSight?.Listening is not null
        ? new StepProgress.Reached() : new StepProgress.Waiting());

    /// <summary>The target has all of it and the source stands still.</summary>
    internal static StepProgress BothWords(Vm vm) => Failed(vm) ?? (vm.ReadyToSwitch
        ? new StepProgress.Reached() : new StepProgress.Waiting());

    /// <summary>The source goes on, and nothing is left at the target.</summary>
    internal static StepProgress CalledBack(Vm vm) => vm.Departing.Count > 0 ? new StepProgress.Waiting() : VmProgress.Answered(vm);

    /// <summary>It is at the target what it was.</summary>
    internal static StepProgress AtTarget(Vm vm) => VmProgress.Until(vm.DesiredPower)(vm);

    /// <summary>Nothing of it is left at the source.</summary>
    internal static StepProgress Left(Vm vm) => vm.Departing.Count > 0 ? new StepProgress.Waiting() : new StepProgress.Reached();

    private static StepProgress? Failed(Vm vm)
    {
        if (vm.MigrationSight?.TargetFailure is { } target) { return Missed(target); }
        if (vm.HasAnswered(out var power) && vm.Failure is { } failure) { return Missed(new(vm.FailureReason ?? "HostFailure", failure)); }
        return vm.DesiredPower is Power.Running or Power.Paused && vm.HasAnswered(out power) && power is Power.Stopped or Power.Absent
            ? new StepProgress.Missed(new OperationFault("guest-ended", "The guest ended at the source before it had moved.", null)) : null;
    }

    private static StepProgress.Missed Missed(MigrationFailure failure) => new(new OperationFault(
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(failure.Reason), failure.Message, null));
}
