using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>A plan to stop VMs for another, as it was when it was accepted.</summary>
/// <param name="Host">Where.</param>
/// <param name="HostName">That host's name then.</param>
/// <param name="Engine">On which engine the room is taken.</param>
/// <param name="Priority">For which priority.</param>
/// <param name="Vms">Whom.</param>
public sealed record KeptPreemption(
    HostId Host, string HostName, EngineKind Engine, int Priority, IReadOnlyList<KeptVictim> Vms);
