using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Images;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Api.Images;

/// <summary><c>/v1/images</c>.</summary>
public static class ImageEndpoints
{
    private const string Bytes = "application/octet-stream";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapImages(this RouteGroupBuilder v1)
    {
        var images = v1.MapGroup("/images").WithTags("Images");
        images.MapGet("/", ListAsync).Lists(ImageFields.All).Answers<ListPage<ImageResource>>(200)
            .Describes("List images", "Disks, ISOs and kernels that VMs boot from.");
        images.MapPost("/", CreateAsync).Mutates().Answers<ImageResource>(201)
            .Refuses(ProblemCode.AlreadyExists, ProblemCode.PayloadTooLarge, ProblemCode.StorageFull)
            .Describes("Make an image", "PENDING until its content is uploaded with PUT …/content; READY at once when `importFrom` names "
                + "a file below the folder that `ControlPlane:Images:ImportFolder` sets. The format is pinned: content of another is "
                + "refused.")
            .WithExample(new CreateImage
            {
                Name = "probe", Format = "QCOW2", Architecture = "X86_64", Firmware = "BIOS", MinMemoryMiB = 256,
            });
        images.MapGet("/{image}", GetAsync).Answers<ImageResource>(200).Refuses(ProblemCode.NotFound).WithPath("image", "probe")
            .Describes("Read an image", "By id or name.");
        images.MapPatch("/{image}", PatchAsync).Mutates().Answers<ImageResource>(200).Refuses(ProblemCode.NotFound)
            .WithPath("image", "probe")
            .Describes("Change an image", "Its labels, what it needs of a host and of a VM, for VMs made from now on, and, of a KERNEL "
                + "image, the command line, which VMs see at their next start.")
            .WithExample(new { labels = new Dictionary<string, string> { ["os"] = "linux" } });
        images.MapDelete("/{image}", DeleteAsync).Mutates().Answers(204).Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .WithPath("image", "probe").Describes("Delete an image", "With its content; refused while a VM was made of it.");
        images.MapContent("/{image}/content", ImagePart.Content, "content", "The disk, the ISO or the kernel.");
        images.MapContent("/{image}/content/initrd", ImagePart.Initrd, "initial RAM disk", "For KERNEL images only.");
        return v1;
    }

    // The server's own limit counts the framing of chunks too and breaks the connection off; the content's bytes are counted as they come.
    private static void MapContent(this RouteGroupBuilder images, string path, ImagePart part, string what, string which)
    {
        var limit = ((IEndpointRouteBuilder)images).ServiceProvider.GetRequiredService<IOptions<ImageOptions>>().Value.MaxUploadBytes;
        images.MapPut(path, (string image, HttpRequest request, RequestTerms terms, ImageContentService content, CancellationToken ct) =>
                content.UploadAsync(image, part, request, terms, ct))
            .TakesUpload(limit).WithMetadata(new DisableRequestSizeLimitAttribute())
            .Mutates().Answers<ImageResource>(200).WithPath("image", "probe")
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState, ProblemCode.PayloadTooLarge,
                ProblemCode.UnsupportedMediaType, ProblemCode.StorageFull)
            .Describes($"Upload the {what}", $"{which} The body is the file itself, `{Bytes}`. Its header must agree with the image's "
                + "format, and it may refer to no other file. The same content again changes nothing; other content is refused while a VM "
                + $"uses the image. With `{ContentSource.Sha256Header}` the client says which content it means; other bytes are refused.");
        images.MapGet(path, (string image, RequestTerms terms, ImageContentService content, HttpResponse response, CancellationToken ct) =>
                DownloadAsync(image, part, terms, content, response, ct))
            .Streams(Bytes).Refuses(ProblemCode.NotFound, ProblemCode.InvalidState).WithPath("image", "probe")
            .Describes($"Download the {what}", $"{which} Ranges are honoured.");
    }

    private static Task<Answer> ListAsync(RequestTerms terms, ListTerms list, ImageService images, CancellationToken ct) =>
        images.ListAsync(terms, list, ct);

    private static Task<Answer> CreateAsync(Body<CreateImage> body, RequestTerms terms, ImageService images, CancellationToken ct) =>
        images.CreateAsync(body.Value, terms, ct);

    private static Task<Answer> GetAsync(string image, RequestTerms terms, ImageService images, CancellationToken ct) =>
        images.GetAsync(image, terms, ct);

    private static Task<Answer> PatchAsync(
        string image, Patch<PatchableImage> patch, RequestTerms terms, ImageService images, CancellationToken ct) =>
        images.PatchAsync(image, patch, terms, ct);

    private static Task<Answer> DeleteAsync(string image, RequestTerms terms, ImageService images, CancellationToken ct) =>
        images.DeleteAsync(image, terms, ct);

    private static async Task<IResult> DownloadAsync(
        string text, ImagePart part, RequestTerms terms, ImageContentService content, HttpResponse response, CancellationToken ct)
    {
        var (image, stream, why) = await content.OpenAsync(text, part, terms.Project, ct);
        if (image is null || stream is null) { return Answers.Of(why!); }
        response.Headers[ContentSource.Sha256Header] = part == ImagePart.Content ? image.Sha256 : image.InitrdSha256;
        return Results.Stream(stream, Bytes, entityTag: new EntityTagHeaderValue(Answers.Etag(image.Version)), enableRangeProcessing: true);
    }
}
