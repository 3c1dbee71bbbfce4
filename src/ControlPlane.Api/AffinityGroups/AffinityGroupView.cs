using ControlPlane.Api.Http;
using ControlPlane.Contracts.AffinityGroups;
using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Api.AffinityGroups;

/// <summary>An affinity group as the client reads it.</summary>
internal static class AffinityGroupView
{
    internal static string PathOf(AffinityGroupId id) => $"/v1/affinity-groups/{id}";

    internal static AffinityGroupResource Of(AffinityGroup group) => new()
    {
        Id = group.Id.ToString(),
        Name = group.Name.ToString(),
        Project = group.Project,
        Policy = Words.Of(group.Policy),
        Strictness = Words.Of(group.Strictness),
        Scope = group.Scope.ToString(),
        Labels = group.Labels,
        Etag = Answers.Etag(group.Version),
        CreateTime = group.CreateTime,
        UpdateTime = group.UpdateTime,
    };

    internal static PatchableAffinityGroup Patchable(AffinityGroup group) => new()
    {
        Policy = Words.Of(group.Policy), Strictness = Words.Of(group.Strictness), Scope = group.Scope.ToString(), Labels = group.Labels,
    };
}
