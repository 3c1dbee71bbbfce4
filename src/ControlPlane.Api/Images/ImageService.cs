using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Images;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Names;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Images;

/// <summary>Makes, reads, changes and removes images.</summary>
public sealed class ImageService(Store store, Mutations mutations, ImageStore files, ImageImport import, TimeProvider time)
{
    /// <summary>Makes one, with what it imports.</summary>
    public async Task<Answer> CreateAsync(CreateImage body, RequestTerms terms, CancellationToken ct)
    {
        var id = new ImageId(Guid.CreateVersion7(time.GetUtcNow()));
        if (body is { ImportFrom: null, ImportInitrdFrom: null })
        {
            return await mutations.RunAsync(terms, session => AddAsync(session, body, id, null, terms), ct);
        }
        if (await RehearseAsync(body, id, terms, ct) is { } settled) { return settled; }
        try
        {
            var imported = await import.CopyAsync(body, id, ct);
            return imported.IsValue ? await AddImportedAsync(body, id, imported.Value, terms, ct) : imported.Problem;
        }
        catch (IOException fault) when (StoreFaults.ProblemOf(fault) is { } problem)
        {
            return problem;
        }
    }

    /// <summary>A page of them.</summary>
    public async Task<Answer> ListAsync(RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await ListQuery.PageAsync(db.Images, ImageFields.All, list, ImageView.Of, ct);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await using var db = store.Read(terms.Project);
        return await Named.ImageAsync(db, text) is { } image
            ? Answer.Ok(ImageView.Of(image), image.Version)
            : Problem.NotFound("image", text);
    }

    /// <summary>Changes what may change of one.</summary>
    public Task<Answer> PatchAsync(string text, Patch<PatchableImage> patch, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.ImageAsync(session.Db, text) is not { } image) { return Problem.NotFound("image", text); }
            if (terms.Stale(image.Version) is { } stale) { return stale; }
            var present = new PatchableImage
            {
                KernelCommandLine = image.KernelCommandLine, Labels = image.Labels, Architecture = Words.Of(image.Architecture),
                Firmware = Words.Of(image.Firmware), MinMemoryMiB = image.MinMemoryMiB, MinDiskGiB = image.MinDiskGiB,
            };
            if (!patch.TryApply(present, out var changed, out var problem)) { return problem; }
            if (changed.KernelCommandLine is not null && image.Format != ImageFormat.Kernel)
            {
                return Problem.Validation("kernelCommandLine", "is for images of the format KERNEL only");
            }
            Change(image, changed);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.Ok(ImageView.Of(image), image.Version);
        }, ct);

    /// <summary>Removes one that no VM uses, and then its files.</summary>
    public async Task<Answer> DeleteAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        Image? removed = null;
        var answer = await mutations.RunAsync(terms, async session =>
        {
            if (await Named.ImageAsync(session.Db, text) is not { } image) { return Problem.NotFound("image", text); }
            if (terms.Stale(image.Version) is { } stale) { return stale; }
            if (await ImageUse.RefuseAsync(session.Db, image, "delete those first") is { } used) { return used; }
            removed = image;
            session.Db.Images.Remove(image);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.NoContent();
        }, ct);
        if (answer is Answer.Done && !terms.ValidateOnly) { files.Remove(removed?.ContentFile, removed?.InitrdFile); }
        return answer;
    }

    // What needs no copy is found out before gigabytes are copied: the first answer to the same key, and a name that is taken.
    private async Task<Answer?> RehearseAsync(CreateImage body, ImageId id, RequestTerms terms, CancellationToken ct)
    {
        var isNew = false;
        var answer = await mutations.RunAsync(terms with { ValidateOnly = true }, session =>
        {
            isNew = true;
            return AddAsync(session, body, id, null, terms);
        }, ct);
        return isNew && answer is Answer.Done ? null : answer;
    }

    private async Task<Answer> AddImportedAsync(
        CreateImage body, ImageId id, ImportedFiles imported, RequestTerms terms, CancellationToken ct)
    {
        using (imported)
        {
            var isNew = false;
            Answer answer;
            try
            {
                answer = await mutations.RunAsync(terms, session =>
                {
                    isNew = true;
                    return AddAsync(session, body, id, imported, terms);
                }, ct);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                imported.Leave();
                throw;
            }
            if (isNew && answer is Answer.Done && !terms.ValidateOnly) { imported.Leave(); }
            return answer;
        }
    }

    private static async Task<Answer> AddAsync(
        StoreSession session, CreateImage body, ImageId id, ImportedFiles? imported, RequestTerms terms)
    {
        var name = ResourceName.Parse(body.Name);
        if (await session.Db.Images.AnyAsync(row => row.Name == name))
        {
            return new Problem(ProblemCode.AlreadyExists, $"There is an image '{name}' already; choose another name or delete it first.");
        }
        var image = new Image(id, terms.Project, name, Words.Parse<ImageFormat>(body.Format), session.Now)
        {
            KernelCommandLine = body.KernelCommandLine, Labels = body.Labels, MinMemoryMiB = body.MinMemoryMiB,
            MinDiskGiB = body.MinDiskGiB,
            Architecture = Words.Parse<CpuArchitecture>(body.Architecture),
            Firmware = body.Firmware is { } firmware ? Words.Parse<Firmware>(firmware) : null,
        };
        if (imported?.Content is { } content) { ImageContentService.Take(image, ImagePart.Content, content); }
        if (imported?.Initrd is { } initrd) { ImageContentService.Take(image, ImagePart.Initrd, initrd); }
        session.Db.Images.Add(image);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return Answer.Created($"/v1/images/{image.Id}", ImageView.Of(image), image.Version);
    }

    // A value that is the same stays as it is: nothing changed means no new version and no event.
    private static void Change(Image image, PatchableImage changed)
    {
        image.KernelCommandLine = changed.KernelCommandLine;
        (image.MinMemoryMiB, image.MinDiskGiB) = (changed.MinMemoryMiB, changed.MinDiskGiB);
        image.Architecture = Words.Parse<CpuArchitecture>(changed.Architecture);
        image.Firmware = changed.Firmware is { } firmware ? Words.Parse<Firmware>(firmware) : null;
        var same = image.Labels.Count == changed.Labels.Count
            && changed.Labels.All(label => image.Labels.TryGetValue(label.Key, out var value) && value == label.Value);
        if (!same) { image.Labels = changed.Labels; }
    }
}
