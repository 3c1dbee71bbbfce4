using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Contracts.Images;
using ControlPlane.Core.Images;

namespace ControlPlane.Api.Images;

/// <summary>Copies what a create names below the import folder; what was copied is removed again unless the image is made.</summary>
public sealed class ImageImport(ImportFolder folder, ImageAdmission admission)
{
    /// <summary>The files that the create names, admitted.</summary>
    internal async Task<Parsed<ImportedFiles>> CopyAsync(CreateImage body, ImageId image, CancellationToken ct)
    {
        var format = Words.Parse<ImageFormat>(body.Format);
        var content = await CopyAsync(body.ImportFrom, "importFrom", ImagePart.Content, image, format, ct);
        if (content is { IsValue: false }) { return content.Problem; }
        var copied = new ImportedFiles(content?.Value, null);
        try
        {
            var initrd = await CopyAsync(body.ImportInitrdFrom, "importInitrdFrom", ImagePart.Initrd, image, format, ct);
            if (initrd is not { IsValue: false }) { return Parsed<ImportedFiles>.Of(copied with { Initrd = initrd?.Value }); }
            copied.Dispose();
            return initrd.Problem;
        }
        catch
        {
            copied.Dispose();
            throw;
        }
    }

    private async Task<Parsed<AdmittedFile>?> CopyAsync(
        string? path, string field, ImagePart part, ImageId image, ImageFormat format, CancellationToken ct)
    {
        if (path is null) { return null; }
        var opened = folder.Open(path, field);
        if (!opened.IsValue) { return opened.Problem; }
        await using var stream = opened.Value;
        var source = new ContentSource { Stream = stream, Part = part, Field = field, LengthBytes = stream.Length };
        return await admission.AdmitAsync(source, image, format, ct);
    }
}
