using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Allocations;

/// <summary>How much of one class an allocation holds; above zero.</summary>
public sealed class AllocationAmount
{
    private AllocationAmount() { }

    internal AllocationAmount(ResourceClass resource, long amount) => (Resource, Amount) = (resource, amount);

    /// <summary>The class.</summary>
    public ResourceClass Resource { get; private set; }

    /// <summary>How much.</summary>
    public long Amount { get; internal set; }
}
