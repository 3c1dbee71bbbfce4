using ControlPlane.Api.Http;
using ControlPlane.Api.Images;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>Gives a host the bytes of the images that its VMs stand on, and of no others.</summary>
public sealed class AssignedImages(Store store, ImageStore files)
{
    /// <summary>The open file and its SHA-256, or why there is none.</summary>
    public async Task<(Stream? Content, string? Sha256, Problem? Why)> OpenAsync(
        HostId host, string text, ImagePart part, CancellationToken ct)
    {
        await using var db = store.Read(null);
        if (!ImageId.TryParse(text, out var id) || !await db.VmsOf(id).AnyAsync(vm => vm.Host == host || vm.MigrationTarget == host, ct)
            || await db.Images.FirstOrDefaultAsync(row => row.Id == id, ct) is not { } image)
        {
            return (null, null, new Problem(ProblemCode.ForeignImage,
                $"No VM of this host stands on image '{text}'; ask for the assignments anew with after=0."));
        }
        var (file, sha256) = part switch
        {
            ImagePart.Content => (image.ContentFile, image.Sha256),
            ImagePart.Initrd => (image.InitrdFile, image.InitrdSha256),
        };
        if (file is null) { return (null, null, new Problem(ProblemCode.NotFound, $"Image '{image.Name}' has no such content.")); }
        return files.TryOpen(file) is { } content ? (content, sha256, null) : (null, null, new Problem(ProblemCode.Unavailable,
            $"The content of image '{image.Name}' is not on the disk of the process that was asked; ask again, or upload it again."));
    }
}
