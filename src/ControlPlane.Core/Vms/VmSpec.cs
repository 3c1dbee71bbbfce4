using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Vms;

/// <summary>What the owner of a VM wants.</summary>
public sealed record VmSpec
{
    /// <summary>Whole virtual CPUs.</summary>
    public required int Vcpus { get; init; }

    /// <summary>Memory.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>Disk.</summary>
    public required long DiskGiB { get; init; }

    /// <summary>Amounts of custom classes.</summary>
    public ResourceVector ExtraResources { get; init; } = ResourceVector.Empty;

    /// <summary>Which engine.</summary>
    public EngineChoice Engine { get; init; } = EngineChoice.Any;

    /// <summary>What it boots from; null only on simulated hosts.</summary>
    public ImageId? Image { get; init; }

    /// <summary>The instruction set that its image was made for when it was taken; null without an image.</summary>
    public CpuArchitecture? Architecture { get; init; }

    /// <summary>What its image boots by, as it was then; null for whatever there is.</summary>
    public Firmware? Firmware { get; init; }

    /// <summary>The NoCloud seed, or null for none.</summary>
    public CloudInit? CloudInit { get; init; }

    /// <summary>Where.</summary>
    public VmPlacementSpec Placement { get; init; } = new();

    /// <summary>How isolated.</summary>
    public IsolationLevel Isolation { get; init; } = IsolationLevel.Shared;

    /// <summary>Whether it may be stopped to make room for a VM of a higher priority, where its pool allows that.</summary>
    public bool Preemptible { get; init; }

    /// <summary>What when it stops by itself.</summary>
    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.Always;

    /// <summary>What becomes of it when its host is lost.</summary>
    public LossPolicy OnHostLoss { get; init; } = LossPolicy.RestartElsewhere;

    /// <summary>What it shall be after its creation.</summary>
    public DesiredState DesiredState { get; init; } = DesiredState.Running;

    /// <summary>What it holds without being able to run: its disk.</summary>
    public ResourceVector DiskOnly() => ResourceVector.Of((ResourceClass.DiskGiB, DiskGiB));

    /// <summary>All amounts together.</summary>
    public ResourceVector Demand => ExtraResources.Plus(ResourceVector.Of(
        (ResourceClass.Vcpu, Vcpus), (ResourceClass.MemoryMiB, MemoryMiB), (ResourceClass.DiskGiB, DiskGiB)));
}
