using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Images;

/// <summary>Where content comes from.</summary>
internal sealed record ContentSource
{
    /// <summary>The header in which a client may say which content it sends.</summary>
    internal const string Sha256Header = "X-Content-SHA256";

    private const string UploadType = "application/octet-stream";
    private const int Sha256Digits = 64;

    /// <summary>The bytes.</summary>
    internal required Stream Stream { get; init; }

    /// <summary>Which file of the image they are.</summary>
    internal required ImagePart Part { get; init; }

    /// <summary>What the client calls it.</summary>
    internal required string Field { get; init; }

    /// <summary>How many bytes there will be, where that is known.</summary>
    internal long? LengthBytes { get; init; }

    /// <summary>What their SHA-256 must be, where the client said it.</summary>
    internal string? Sha256 { get; init; }

    /// <summary>The body of an upload, not read yet.</summary>
    internal static Parsed<ContentSource> Of(HttpRequest request, ImagePart part)
    {
        // Without a type, bytes are bytes (RFC 9110, section 8.3).
        if (request.ContentType is { Length: > 0 } && BufferedBody.RefuseMediaType(request, UploadType) is { } refusal) { return refusal; }
        var said = request.Headers[Sha256Header].ToString().ToLowerInvariant();
        if (said.Length > 0 && (said.Length != Sha256Digits || !said.All(char.IsAsciiHexDigit)))
        {
            return Problem.Validation(Sha256Header, $"must be {Sha256Digits} hexadecimal digits");
        }
        return Parsed<ContentSource>.Of(new()
        {
            Stream = request.Body, Part = part, Field = "content", LengthBytes = request.ContentLength,
            Sha256 = said.Length > 0 ? said : null,
        });
    }
}
