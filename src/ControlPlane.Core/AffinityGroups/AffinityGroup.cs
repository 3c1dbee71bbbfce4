using ControlPlane.Core.Names;

namespace ControlPlane.Core.AffinityGroups;

/// <summary>VMs that want to be together or apart. What it says holds for placements to come; it moves nobody.</summary>
public sealed class AffinityGroup
{
    private AffinityGroup() { }

    /// <summary>A group that nobody is in yet.</summary>
    public AffinityGroup(AffinityGroupId id, string project, ResourceName name, DateTimeOffset now) =>
        (Id, Project, Name, CreateTime, UpdateTime) = (id, project, name, now, now);

    /// <summary>Server-made id.</summary>
    public AffinityGroupId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>Unique in its project.</summary>
    public ResourceName Name { get; private set; }

    /// <summary>Together or apart.</summary>
    public AffinityPolicy Policy { get; set; }

    /// <summary>Always, or where it can be.</summary>
    public Strictness Strictness { get; set; }

    /// <summary>In one what, or in no two of what.</summary>
    public FailureDomain Scope { get; set; }

    /// <summary>Free words by key.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Grows with every change a reader can see.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }
}
