using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Reports;

/// <summary>A sum over all amounts of one class.</summary>
/// <param name="Resource">The class.</param>
/// <param name="HeldByVms">Whether VMs hold it, or other owners.</param>
/// <param name="Sum">How much.</param>
internal sealed record ClassSum(ResourceClass Resource, bool HeldByVms, long Sum);
