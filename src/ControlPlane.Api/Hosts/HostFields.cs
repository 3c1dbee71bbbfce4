using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Names;

namespace ControlPlane.Api.Hosts;

/// <summary>What lists of hosts may be filtered and ordered by.</summary>
public static class HostFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Host> All = ListFields<Host>.By<HostId>(host => host.Id, HostId.TryParse)
        .Value<ResourceName>("name", host => host.Name, ResourceName.TryParse)
        .Enum("driver", host => host.Driver)
        .Text("zone", host => host.Zone)
        .Flag("cordoned", host => host.Duty == HostDuty.Cordoned)
        .Custom("state", text => text switch
        {
            "ACTIVE" => host => host.Life == HostLiveness.Active && host.Duty == HostDuty.Active,
            "CORDONED" => host => host.Life == HostLiveness.Active && host.Duty == HostDuty.Cordoned,
            "DRAINING" => host => host.Life == HostLiveness.Active && host.Duty == HostDuty.Draining,
            "MAINTENANCE" => host => host.Life == HostLiveness.Active && host.Duty == HostDuty.Maintenance,
            "SUSPECT" => host => host.Life == HostLiveness.Suspect,
            "LOST" => host => host.Life == HostLiveness.Lost,
            "FENCED" => host => host.Life == HostLiveness.Fenced,
            _ => null,
        })
        .Labels("labels", host => (string)(object)host.Labels)
        .Time("createTime", host => host.CreateTime)
        .Time("updateTime", host => host.UpdateTime);
}
