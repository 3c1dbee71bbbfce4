namespace ControlPlane.Api.Queueing;

/// <summary>The place of one that waits.</summary>
/// <param name="Position">Among all, from 1.</param>
/// <param name="OfProject">Among those of its project, from 1.</param>
/// <param name="Reason">Why it waits, as it is now; null: as it was when it began to.</param>
public sealed record QueuePlace(int Position, int OfProject, string? Reason = null);
