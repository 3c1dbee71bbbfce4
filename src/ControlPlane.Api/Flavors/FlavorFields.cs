using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.Flavors;
using ControlPlane.Core.Names;

namespace ControlPlane.Api.Flavors;

/// <summary>What lists of flavors may be filtered and ordered by.</summary>
public static class FlavorFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Flavor> All = ListFields<Flavor>.By<FlavorId>(flavor => flavor.Id, FlavorId.TryParse)
        .Value<ResourceName>("name", flavor => flavor.Name, ResourceName.TryParse)
        .Number("vcpus", flavor => flavor.Vcpus)
        .Number("memoryMiB", flavor => flavor.MemoryMiB)
        .Number("diskGiB", flavor => flavor.DiskGiB)
        .Labels("labels", flavor => (string)(object)flavor.Labels)
        .Time("createTime", flavor => flavor.CreateTime)
        .Time("updateTime", flavor => flavor.UpdateTime);
}
