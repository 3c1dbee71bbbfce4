using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.AffinityGroups;

/// <summary>VMs that want to be together or apart.</summary>
public sealed record AffinityGroupResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>Together or apart.</summary>
    [AllowedValues("AFFINITY", "ANTI_AFFINITY")]
    public required string Policy { get; init; }

    /// <summary>Always, or where it can be.</summary>
    [AllowedValues("HARD", "SOFT")]
    public required string Strictness { get; init; }

    /// <summary>What fails together: <c>HOST</c>, <c>ZONE</c>, or <c>label:</c> and a key.</summary>
    public required string Scope { get; init; }

    /// <summary>Free words by key.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
