using ControlPlane.Core.Isolation;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Flavors;

/// <summary>A named shape of VMs. A VM takes its amounts when it is made; what becomes of the flavor later does not concern it.</summary>
public sealed class Flavor
{
    private Flavor() { }

    /// <summary>A flavor of nothing yet.</summary>
    public Flavor(FlavorId id, string project, ResourceName name, DateTimeOffset now) =>
        (Id, Project, Name, CreateTime, UpdateTime) = (id, project, name, now, now);

    /// <summary>Server-made id.</summary>
    public FlavorId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>Unique in its project.</summary>
    public ResourceName Name { get; private set; }

    /// <summary>Whole virtual CPUs.</summary>
    public int Vcpus { get; set; }

    /// <summary>Memory.</summary>
    public long MemoryMiB { get; set; }

    /// <summary>Disk.</summary>
    public long DiskGiB { get; set; }

    /// <summary>Amounts of custom classes.</summary>
    public ResourceVector ExtraResources { get; set; } = ResourceVector.Empty;

    /// <summary>The engine of VMs that leave it to any; null when the flavor leaves it too.</summary>
    public EngineChoice? Engine { get; set; }

    /// <summary>The level of VMs that ask for none above the lowest; null when the flavor has no wish either.</summary>
    public IsolationLevel? Isolation { get; set; }

    /// <summary>Free words by key, at most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Grows with every change a reader can see.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }
}
