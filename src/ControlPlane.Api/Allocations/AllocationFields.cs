using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Allocations;

/// <summary>What lists of allocations may be filtered and ordered by.</summary>
public static class AllocationFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Allocation> All = ListFields<Allocation>.By<AllocationId>(held => held.Id, AllocationId.TryParse)
        .Text("owner", held => held.Owner)
        .Value<HostId>("host", held => held.Host, HostId.TryParse)
        .Custom("engine", text => Words.TryParse<EngineKind>(text, out var kind) ? held => held.Engine == kind : null)
        .Time("createTime", held => held.CreateTime)
        .Time("updateTime", held => held.UpdateTime);
}
