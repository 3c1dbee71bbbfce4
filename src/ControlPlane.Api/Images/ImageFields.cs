using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Names;

namespace ControlPlane.Api.Images;

/// <summary>What lists of images may be filtered and ordered by.</summary>
public static class ImageFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Image> All = ListFields<Image>.By<ImageId>(image => image.Id, ImageId.TryParse)
        .Value<ResourceName>("name", image => image.Name, ResourceName.TryParse)
        .Enum("format", image => image.Format)
        .Enum("state", image => image.State)
        .Enum("architecture", image => image.Architecture)
        .Custom("firmware", text => Words.TryParse<Firmware>(text, out var firmware) ? image => image.Firmware == firmware : null)
        .Text("sha256", image => image.Sha256)
        .Labels("labels", image => (string)(object)image.Labels)
        .Time("createTime", image => image.CreateTime)
        .Time("updateTime", image => image.UpdateTime);
}
