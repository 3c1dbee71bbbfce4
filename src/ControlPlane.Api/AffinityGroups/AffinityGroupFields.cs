using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Names;

namespace ControlPlane.Api.AffinityGroups;

/// <summary>What lists of affinity groups may be filtered and ordered by.</summary>
public static class AffinityGroupFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<AffinityGroup> All = ListFields<AffinityGroup>
        .By<AffinityGroupId>(group => group.Id, AffinityGroupId.TryParse)
        .Value<ResourceName>("name", group => group.Name, ResourceName.TryParse)
        .Enum("policy", group => group.Policy)
        .Enum("strictness", group => group.Strictness)
        .Labels("labels", group => (string)(object)group.Labels)
        .Time("createTime", group => group.CreateTime)
        .Time("updateTime", group => group.UpdateTime);
}
