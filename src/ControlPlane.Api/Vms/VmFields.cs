using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>What lists of VMs may be filtered and ordered by.</summary>
public static class VmFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Vm> All = ListFields<Vm>.By<VmId>(vm => vm.Id, VmId.TryParse)
        .Value<ResourceName>("name", vm => vm.Name, ResourceName.TryParse)
        .Enum("state", vm => vm.State)
        .Value<PoolId>("pool", vm => vm.Pool, PoolId.TryParse)
        .Value<HostId>("host", vm => vm.Host, HostId.TryParse)
        .Value<AffinityGroupId>("affinityGroup", vm => vm.AffinityGroup, AffinityGroupId.TryParse)
        .Time("createTime", vm => vm.CreateTime)
        .Time("updateTime", vm => vm.UpdateTime);
}
