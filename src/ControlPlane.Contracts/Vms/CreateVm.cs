namespace ControlPlane.Contracts.Vms;

/// <summary>Makes a VM.</summary>
public sealed record CreateVm
{
    /// <summary>A DNS label, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>The pool charged (id or name).</summary>
    public string Pool { get; init; } = "default";

    /// <summary>What is wanted.</summary>
    public required VmSpecDocument Spec { get; init; }
}
