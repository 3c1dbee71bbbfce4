using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Core.Images;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Images;

/// <summary>From a stream of bytes to a durable file that may become an image's, or to the reason why not. Used outside the lane.</summary>
public sealed class ImageAdmission(ImageStore files, QemuImg qemuImg, IOptions<ImageOptions> options, ILogger<ImageAdmission> logger)
{
    /// <summary>Takes the stream in, checks it against the image's pinned format and gives it its name.</summary>
    internal async Task<Parsed<AdmittedFile>> AdmitAsync(ContentSource source, ImageId image, ImageFormat format, CancellationToken ct)
    {
        var limit = options.Value.MaxUploadBytes;
        if (source.LengthBytes > limit || await files.ReceiveAsync(source.Stream, limit, ct) is not { } file) { return TooLarge(limit); }
        var admitted = false;
        try
        {
            var size = await CheckAsync(file, source, format, ct);
            if (!size.IsValue)
            {
                ImagesLog.Refused(logger, image, file.SizeBytes, size.Problem.Detail);
                return size.Problem;
            }
            files.Adopt(file, image, source.Part);
            admitted = true;
            return Parsed<AdmittedFile>.Of(new(file, size.Value));
        }
        finally
        {
            if (!admitted) { file.Dispose(); }
        }
    }

    private async Task<Parsed<long>> CheckAsync(IncomingFile file, ContentSource source, ImageFormat format, CancellationToken ct)
    {
        if (source.Sha256 is { } said && said != file.Sha256)
        {
            return Problem.Validation(ContentSource.Sha256Header, $"says {said}, but what came has {file.Sha256}; send the content again");
        }
        if (source.Part == ImagePart.Initrd)
        {
            return file.SizeBytes > 0 ? Parsed<long>.Of(0) : Problem.Validation(source.Field, "is empty; send the whole file");
        }
        var refusal = ImageHeader.Check(format, file.Head.Span, file.SizeBytes, out var virtualSizeBytes);
        if (ImageRefusals.Sentence(refusal, format) is { } sentence) { return Problem.Validation(source.Field, sentence); }
        if (virtualSizeBytes > options.Value.MaxVirtualSizeBytes)
        {
            return Problem.Validation(source.Field,
                $"describes a disk of {virtualSizeBytes} bytes, and at most {options.Value.MaxVirtualSizeBytes} are taken");
        }
        var objection = format == ImageFormat.Qcow2 ? await qemuImg.ObjectionAsync(files.PathOf(file.TemporaryName), ct) : null;
        return objection is null ? Parsed<long>.Of(virtualSizeBytes) : Problem.Validation(source.Field, objection);
    }

    private static Problem TooLarge(long limit) => new(ProblemCode.PayloadTooLarge,
        $"The content has more than the {limit} bytes that {ImageOptions.Section}:{nameof(ImageOptions.MaxUploadBytes)} allows.");
}
