using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>The rule of the affinity group that a VM is in.</summary>
/// <param name="Group">The group.</param>
/// <param name="Name">Its name, for the words.</param>
/// <param name="Policy">Together or apart.</param>
/// <param name="Strictness">Always, or where it can be.</param>
/// <param name="Scope">In one what, or in no two of what.</param>
public sealed record GroupRule(
    AffinityGroupId Group, string Name, AffinityPolicy Policy, Strictness Strictness, FailureDomain Scope);
