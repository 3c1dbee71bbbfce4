namespace ControlPlane.System.Tests.Fleets;

/// <summary>What may go wrong while a VM moves. In and Out are the packets that a host gets and sends.</summary>
public enum MoveTrouble
{
    Cancel,
    SourceQemuKilled,
    TargetQemuKilled,
    SourceAgentKilled,
    TargetAgentKilled,
    ServiceKilled,
    SourceFromServiceIn,
    SourceFromServiceOut,
    TargetFromServiceIn,
    TargetFromServiceOut,
    SourceFromTargetIn,
    SourceFromTargetOut,
}
