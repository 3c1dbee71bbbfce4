using ControlPlane.Api.Operations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>What a VM's last report says of the power it was told to reach.</summary>
internal static class VmProgress
{
    /// <summary>Reached when the host has answered the newest assignment with this power; missed when it answered with a failure.</summary>
    internal static Func<Vm, StepProgress> Until(Power wanted) => vm =>
        !vm.HasAnswered(out var power) ? new StepProgress.Waiting()
        : vm.Failure is { } failure ? new StepProgress.Missed(new OperationFault(CodeOf(vm.FailureReason), failure, null))
        : power == wanted ? new StepProgress.Reached()
        : power == Power.Failed ? new StepProgress.Missed(new OperationFault("host-failure", "The host gave the VM up.", null))
        : new StepProgress.Waiting();

    /// <summary>
    /// Reached when the host has made the VM's files, whatever has come of it since, or has answered the newest assignment without a
    /// failure; missed when it answered with a failure before that.
    /// </summary>
    internal static StepProgress Prepared(Vm vm) => vm.IsPrepared ? new StepProgress.Reached() : Answered(vm);

    /// <summary>Reached when the host has answered the newest assignment, whatever it found.</summary>
    internal static StepProgress Answered(Vm vm) =>
        !vm.HasAnswered(out _) ? new StepProgress.Waiting()
        : vm.Failure is { } failure ? new StepProgress.Missed(new OperationFault(CodeOf(vm.FailureReason), failure, null))
        : new StepProgress.Reached();

    private static string CodeOf(string? reason) => reason is null ? "host-failure"
        : System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(reason);
}
