namespace ControlPlane.Api.Persistence.Rows;

/// <summary>All of a host but what is promised of it, as some time it was.</summary>
public sealed class HostShapeRow
{
    /// <summary>SHA-256 of the content, cut to 128 bits.</summary>
    public required string Hash { get; set; }

    /// <summary>The host as the scheduler sees it, as JSON, with nothing promised.</summary>
    public required string Content { get; set; }
}
