using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>Where on its host something sits that asked for cores or NUMA nodes; part of the claim, given back with it.</summary>
/// <param name="Nodes">
/// The numbers of its nodes, rising; each holds the same share, rounded up. Empty on a host whose nodes are not known.
/// </param>
/// <param name="Pinned">Whether its vCPUs have cores of their own.</param>
public sealed record NumaSeat(IReadOnlyList<int> Nodes, bool Pinned)
{
    /// <summary>What each of its nodes holds of a class, of so much in all.</summary>
    internal long ShareOf(ResourceVector all, ResourceClass resource) =>
        Nodes.Count == 0 ? 0 : NumaTerms.Share(all[resource], Nodes.Count);
}
