using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.AffinityGroups;

/// <summary>Makes an affinity group.</summary>
public sealed record CreateAffinityGroup
{
    /// <summary>A DNS label, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>AFFINITY keeps its VMs together, ANTI_AFFINITY apart.</summary>
    [AllowedValues("AFFINITY", "ANTI_AFFINITY")]
    public required string Policy { get; init; }

    /// <summary>HARD refuses a place against the policy, SOFT only ranks places by it.</summary>
    [AllowedValues("HARD", "SOFT")]
    public string Strictness { get; init; } = "HARD";

    /// <summary>What fails together: <c>HOST</c>, <c>ZONE</c>, or <c>label:</c> and a key, such as <c>label:rack</c>.</summary>
    public string Scope { get; init; } = "HOST";

    /// <summary>At most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
