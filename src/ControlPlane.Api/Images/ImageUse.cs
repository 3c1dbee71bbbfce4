using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Images;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Images;

/// <summary>Which VMs were made of an image: their disks stand on its file, so it may neither change nor go.</summary>
internal static class ImageUse
{
    private const int MaxNamed = 3;

    /// <summary>The refusal where VMs use the image, else null.</summary>
    /// <param name="db">Where to look.</param>
    /// <param name="image">Which.</param>
    /// <param name="next">What to do instead, as the end of a sentence.</param>
    internal static async Task<Problem?> RefuseAsync(StoreContext db, Image image, string next)
    {
        var named = await db.VmsOf(image.Id).OrderBy(vm => vm.Name).Select(vm => vm.Name).Take(MaxNamed + 1).ToListAsync();
        if (named.Count == 0) { return null; }
        var names = string.Join(", ", named.Take(MaxNamed).Select(name => $"'{name}'"));
        var more = named.Count > MaxNamed ? " and others" : "";
        return new Problem(ProblemCode.InvalidState, $"Image '{image.Name}' is used by the VMs {names}{more}; {next}.");
    }
}
