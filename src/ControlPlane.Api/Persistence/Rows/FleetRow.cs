namespace ControlPlane.Api.Persistence.Rows;

/// <summary>The fleet as some decisions saw it, compressed.</summary>
public sealed class FleetRow
{
    public required string Hash { get; set; }
    public required byte[] Content { get; set; }
    public DateTimeOffset CreateTime { get; set; }
}
