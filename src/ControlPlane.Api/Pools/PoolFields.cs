using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;

namespace ControlPlane.Api.Pools;

/// <summary>What lists of pools may be filtered and ordered by.</summary>
public static class PoolFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Pool> All = ListFields<Pool>.By<PoolId>(pool => pool.Id, PoolId.TryParse)
        .Value<ResourceName>("name", pool => pool.Name, ResourceName.TryParse)
        .Value<PoolId>("parent", pool => pool.Parent, PoolId.TryParse)
        .Labels("labels", pool => (string)(object)pool.Labels)
        .Time("createTime", pool => pool.CreateTime)
        .Time("updateTime", pool => pool.UpdateTime);
}
