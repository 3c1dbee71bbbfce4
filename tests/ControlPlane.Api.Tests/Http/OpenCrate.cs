namespace ControlPlane.Api.Tests.Http;

/// <summary>How to open a crate.</summary>
public sealed record OpenCrate
{
    /// <summary>With what.</summary>
    public string Tool { get; init; } = "LEVER";

    public int Seconds { get; init; } = 60;
}
