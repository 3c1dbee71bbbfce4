using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Api.Agents;

/// <summary>The agents' words for the domain's values, and back. Complete by the compiler.</summary>
internal static class AgentWords
{
    internal static DesiredPower Desired(Power power) => power switch
    {
        Power.Absent => DesiredPower.Absent,
        Power.Stopped or Power.Stopping or Power.Failed => DesiredPower.Stopped,
        Power.Running or Power.Starting => DesiredPower.Running,
        Power.Paused => DesiredPower.Paused,
    };

    internal static ObservedPower Observed(Power power) => power switch
    {
        Power.Absent => ObservedPower.Absent,
        Power.Stopped => ObservedPower.Stopped,
        Power.Starting => ObservedPower.Starting,
        Power.Running => ObservedPower.Running,
        Power.Paused => ObservedPower.Paused,
        Power.Stopping => ObservedPower.Stopping,
        Power.Failed => ObservedPower.Failed,
    };

    internal static Power Seen(ObservedPower power) => power switch
    {
        ObservedPower.Absent => Power.Absent,
        ObservedPower.Stopped => Power.Stopped,
        ObservedPower.Starting => Power.Starting,
        ObservedPower.Running => Power.Running,
        ObservedPower.Paused => Power.Paused,
        ObservedPower.Stopping => Power.Stopping,
        ObservedPower.Failed => Power.Failed,
    };

    internal static ShutdownMode Mode(StopMode mode) => mode switch
    {
        StopMode.Graceful => ShutdownMode.Graceful,
        StopMode.Forced => ShutdownMode.Forced,
    };

    internal static RestartRule Rule(RestartPolicy policy) => policy switch
    {
        RestartPolicy.Always => RestartRule.Always,
        RestartPolicy.OnFailure => RestartRule.OnFailure,
        RestartPolicy.Never => RestartRule.Never,
    };

    internal static HostLossRule Rule(LossPolicy policy) => policy switch
    {
        LossPolicy.RestartElsewhere => HostLossRule.RestartElsewhere,
        LossPolicy.Stay => HostLossRule.Stay,
    };

    internal static VirtualizationEngine Engine(EngineKind kind) => kind switch
    {
        EngineKind.Hardware => VirtualizationEngine.Hardware,
        EngineKind.Software => VirtualizationEngine.Software,
    };

    internal static MoveAlgorithm Algorithm(MigrationAlgorithm algorithm) => algorithm switch
    {
        MigrationAlgorithm.Cold => MoveAlgorithm.Cold,
        MigrationAlgorithm.PreCopy => MoveAlgorithm.PreCopy,
        MigrationAlgorithm.PostCopy => MoveAlgorithm.PostCopy,
        MigrationAlgorithm.Hybrid => MoveAlgorithm.Hybrid,
    };

    internal static EngineKind Kind(VirtualizationEngine engine) => engine switch
    {
        VirtualizationEngine.Hardware => EngineKind.Hardware,
        VirtualizationEngine.Software => EngineKind.Software,
    };

    internal static Condition Condition(AgentCondition condition) => new(
        condition.Type,
        Words.TryParse<ConditionStatus>(condition.Status, out var status) ? status : ConditionStatus.Unknown,
        condition.Reason, condition.Message, condition.LastTransitionTime);
}
