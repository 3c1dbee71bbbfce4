using ControlPlane.Contracts.Vms;

namespace ControlPlane.Contracts.Placements;

/// <summary>Asks what would happen to a VM; nothing is written.</summary>
public sealed record ExplainPlacement
{
    /// <summary>The pool charged (id or name).</summary>
    public string Pool { get; init; } = "default";

    /// <summary>The VM in question.</summary>
    public required VmSpecDocument Spec { get; init; }
}
