using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Vms;

/// <summary>What became of a VM when its host was lost, while it is not known what it is.</summary>
/// <param name="Verdict">Why.</param>
/// <param name="Message">The same as a sentence, with the way out.</param>
/// <param name="Time">Since when.</param>
public sealed record VmLoss(LostVmVerdict Verdict, string Message, DateTimeOffset Time);
