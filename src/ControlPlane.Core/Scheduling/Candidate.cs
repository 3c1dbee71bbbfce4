using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>A host that fits.</summary>
/// <param name="Host">Its id.</param>
/// <param name="Engine">The engine to use; null when none is asked for.</param>
/// <param name="Score">Between 0 and 1, higher is better.</param>
public readonly record struct Candidate(HostId Host, EngineKind? Engine, float Score);
