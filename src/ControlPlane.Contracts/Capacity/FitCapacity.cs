using ControlPlane.Contracts.Vms;

namespace ControlPlane.Contracts.Capacity;

/// <summary>
/// Asks how many more VMs fit: of one shape, or of a list. <c>spec</c>, <c>flavors</c> and <c>shapes</c> together make the list, in this
/// order: 1 to 32. A shape with a group, a spread, a dedicated host, or cores or NUMA nodes of its own is counted one by one, up to 1,000:
/// it must be the only one, and <c>lose</c> 0.
/// </summary>
public sealed record FitCapacity
{
    /// <summary>The pool charged (id or name): its limits count, and which hosts it may use.</summary>
    public string Pool { get; init; } = "default";

    /// <summary>A shape, as in a create.</summary>
    public VmSpecDocument? Spec { get; init; }

    /// <summary>Flavors (ids or names), each a shape.</summary>
    public IReadOnlyList<string> Flavors { get; init; } = [];

    /// <summary>More shapes.</summary>
    public IReadOnlyList<VmSpecDocument> Shapes { get; init; } = [];

    /// <summary>Without how many hosts it is counted as well, those whose loss hurts most: 0 to 16.</summary>
    public int Lose { get; init; } = 1;
}
