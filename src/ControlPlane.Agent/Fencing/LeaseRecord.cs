namespace ControlPlane.Agent.Fencing;

/// <summary>The lease as the agent keeps it for its watchdog and for its own next life (<c>lease.json</c>).</summary>
/// <param name="Boot">The boot that its moment belongs to: a monotonic clock means nothing in another.</param>
/// <param name="SentAtTicks">When its request was sent, since that boot, in units of 100 ns.</param>
/// <param name="LengthMs">How long it is.</param>
/// <param name="MarginMs">What the service waits beyond it.</param>
/// <param name="DriftPermille">By how much clocks may be wrong, in thousandths.</param>
/// <param name="AgentId">The agent's process.</param>
/// <param name="AgentStartTicks">When that process began, which tells it from a later one with the same id.</param>
public sealed record LeaseRecord(
    string Boot, long SentAtTicks, long LengthMs, long MarginMs, int DriftPermille, int AgentId, long AgentStartTicks);
