namespace ControlPlane.Contracts.Agents;

/// <summary>Assignments that changed after the revision asked for; all of them on first contact (revision 0).</summary>
/// <param name="Revision">What to ask after next time.</param>
/// <param name="Complete">True when <paramref name="Items"/> is the full state of the scope: what it does not list has no record.</param>
/// <param name="Items">At most 1,000; a full page is followed by another request.</param>
public sealed record AssignmentPage(long Revision, bool Complete, IReadOnlyList<VmAssignment> Items);
