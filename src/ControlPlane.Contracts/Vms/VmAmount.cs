namespace ControlPlane.Contracts.Vms;

/// <summary>What a VM holds of one class.</summary>
public sealed record VmAmount
{
    /// <summary>The class.</summary>
    public required string Resource { get; init; }

    /// <summary>How much.</summary>
    public required long Amount { get; init; }
}
