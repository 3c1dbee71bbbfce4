namespace ControlPlane.Contracts.Vms;

/// <summary>What a PATCH may change of a VM.</summary>
public sealed record PatchableVm
{
    /// <summary>
    /// What is wanted. vcpus, memoryMiB, diskGiB and extraResources change only while the VM is STOPPED; image, engine and placement
    /// never.
    /// </summary>
    public required VmSpecDocument Spec { get; init; }
}
