using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Images;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Images;

/// <summary>
/// Takes the content of images in and gives it out. Bytes are read, checked and made durable before the turn in the lane, which only
/// writes down which file is the image's now.
/// </summary>
public sealed class ImageContentService(
    Store store, Mutations mutations, ImageStore files, ImageAdmission admission, ILogger<ImageContentService> logger)
{
    private const int MaxReadTries = 3;

    /// <summary>Sets the content that comes with a request.</summary>
    public async Task<Answer> UploadAsync(string image, ImagePart part, HttpRequest request, RequestTerms terms, CancellationToken ct)
    {
        var source = ContentSource.Of(request, part);
        if (!source.IsValue) { return source.Problem; }
        Image? present;
        await using (var db = store.Read(terms.Project)) { present = await Named.ImageAsync(db, image); }
        if (present is null) { return Problem.NotFound("image", image); }

        // What the turn in the lane would refuse anyway is refused before gigabytes are read.
        if (Refuse(present, part, terms) is { } refusal) { return refusal; }
        try
        {
            var admitted = await admission.AdmitAsync(source.Value, present.Id, present.Format, ct);
            return admitted.IsValue ? await SetAsync(present.Id, part, admitted.Value, terms, ct) : admitted.Problem;
        }
        catch (IOException fault) when (StoreFaults.ProblemOf(fault) is { } problem)
        {
            return problem;
        }
    }

    /// <summary>The image and its content, open; or why there is none.</summary>
    public async Task<(Image? Image, Stream? Content, Problem? Why)> OpenAsync(
        string text, ImagePart part, string project, CancellationToken ct)
    {
        // A file may be replaced between the look at the row and its opening; then the row names another.
        for (var tries = 0; tries < MaxReadTries; tries++)
        {
            ct.ThrowIfCancellationRequested();
            await using var db = store.Read(project);
            if (await Named.ImageAsync(db, text) is not { } image) { return (null, null, Problem.NotFound("image", text)); }
            if (FileOf(image, part) is not { } file) { return (null, null, Empty(image, part)); }
            if (files.TryOpen(file) is { } content) { return (image, content, null); }
        }
        var lost = $"The content of image '{text}' is not on this machine's disk; delete the image and upload it again.";
        return (null, null, new Problem(ProblemCode.Unavailable, lost));
    }

    private async Task<Answer> SetAsync(ImageId id, ImagePart part, AdmittedFile admitted, RequestTerms terms, CancellationToken ct)
    {
        using (admitted)
        {
            var (taken, former) = (false, (string?)null);
            Answer answer;
            try
            {
                answer = await mutations.RunAsync(terms, async session =>
                {
                    if (await session.Db.Images.FirstOrDefaultAsync(row => row.Id == id) is not { } image)
                    {
                        return Problem.NotFound("image", id.ToString());
                    }
                    if (Refuse(image, part, terms) is { } refusal) { return refusal; }
                    if (Sha256Of(image, part) == admitted.File.Sha256) { return Answer.Ok(ImageView.Of(image), image.Version); }
                    if (await ImageUse.RefuseAsync(session.Db, image, "make another image for other content") is { } used) { return used; }
                    (taken, former) = (true, FileOf(image, part));
                    Take(image, part, admitted);
                    await session.Db.SaveChangesAsync(CancellationToken.None);
                    return Answer.Ok(ImageView.Of(image), image.Version);
                }, ct);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                admitted.File.Leave();
                throw;
            }
            if (taken && answer is Answer.Done && !terms.ValidateOnly) { Settle(id, part, admitted, former); }
            return answer;
        }
    }

    private void Settle(ImageId id, ImagePart part, AdmittedFile admitted, string? former)
    {
        admitted.File.Leave();
        files.Remove(former);
        ImagesLog.Stored(logger, id, part, admitted.File.SizeBytes, admitted.File.Sha256);
    }

    private static Problem? Refuse(Image image, ImagePart part, RequestTerms terms) =>
        terms.Stale(image.Version) ?? (part == ImagePart.Initrd && image.Format != ImageFormat.Kernel
            ? new Problem(ProblemCode.InvalidState,
                $"Image '{image.Name}' is {Words.Of(image.Format)}; only a KERNEL image has an initial RAM disk.")
            : null);

    /// <summary>Makes a file the image's.</summary>
    internal static void Take(Image image, ImagePart part, AdmittedFile admitted)
    {
        var file = admitted.File;
        switch (part)
        {
            case ImagePart.Content: image.SetContent(file.Name!, file.SizeBytes, admitted.VirtualSizeBytes, file.Sha256); break;
            case ImagePart.Initrd: image.SetInitrd(file.Name!, file.SizeBytes, file.Sha256); break;
        }
    }

    private static Problem Empty(Image image, ImagePart part)
    {
        var path = part == ImagePart.Initrd ? "content/initrd" : "content";
        return new(ProblemCode.InvalidState, $"Image '{image.Name}' has no {path} yet; upload it with PUT /v1/images/{image.Name}/{path}.");
    }

    private static string? FileOf(Image image, ImagePart part) => part switch
    {
        ImagePart.Content => image.ContentFile,
        ImagePart.Initrd => image.InitrdFile,
    };

    private static string? Sha256Of(Image image, ImagePart part) => part switch
    {
        ImagePart.Content => image.Sha256,
        ImagePart.Initrd => image.InitrdSha256,
    };
}
