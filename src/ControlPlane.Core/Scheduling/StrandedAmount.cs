using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>Room that no shape of a list can use.</summary>
/// <param name="Resource">The class.</param>
/// <param name="Free">What is free of it on ready hosts that the pools may use.</param>
/// <param name="Stranded">What of that is left when those hosts are filled with the list, the largest shape first.</param>
public sealed record StrandedAmount(ResourceClass Resource, long Free, long Stranded);
