namespace ControlPlane.Core.Queueing;

/// <summary>What an operation holds while it waits for room.</summary>
/// <param name="Turn">When it is its turn, in the vCPUs that were asked for before; the lowest comes first.</param>
/// <param name="Cost">The vCPUs it asks for: how far its project's next one stands behind it.</param>
/// <param name="Deadline">Until when it waits.</param>
/// <param name="Reason">Why it began to wait.</param>
public sealed record QueueTicket(long Turn, long Cost, DateTimeOffset Deadline, string Reason);
