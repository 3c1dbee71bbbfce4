using Microsoft.AspNetCore.Http.Metadata;

namespace ControlPlane.Api.Http;

/// <summary>Marks an endpoint that takes a raw upload of at most so many bytes (null: unbounded); its body is never buffered.</summary>
public sealed record UploadLimit(long? Bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => Bytes;
}
