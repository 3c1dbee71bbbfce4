using ControlPlane.Core.Operations;

namespace ControlPlane.Core.Queueing;

/// <summary>An operation that waits, as far as its place goes.</summary>
/// <param name="Operation">Its id; ids sort by the time they were made.</param>
/// <param name="Project">Whose it is.</param>
/// <param name="Turn">When it is its turn.</param>
/// <param name="Cost">How far the next of its project stands behind it; above zero.</param>
public readonly record struct QueueEntry(OperationId Operation, string Project, long Turn, long Cost);
