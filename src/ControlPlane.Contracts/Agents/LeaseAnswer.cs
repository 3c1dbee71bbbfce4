namespace ControlPlane.Contracts.Agents;

/// <summary>
/// A lease that is granted. It counts from the moment at which its request was <b>sent</b>, on the host's own clock.
/// </summary>
/// <param name="LengthMs">How long it is.</param>
/// <param name="MarginMs">What the service waits beyond it.</param>
/// <param name="DriftPermille">By how much clocks may be wrong, in thousandths.</param>
public sealed record LeaseAnswer(long LengthMs, long MarginMs, int DriftPermille);
