namespace ControlPlane.Api.Persistence.Rows;

/// <summary>One change of one resource, under the one ever-growing revision.</summary>
public sealed class EventRow
{
    public long Revision { get; set; }
    public string? Project { get; set; }
    public required string Type { get; set; }
    public required string Kind { get; set; }
    public required string ResourceId { get; set; }
    public string? Name { get; set; }
    public string? State { get; set; }
    public long Version { get; set; }
    public DateTimeOffset Time { get; set; }
}
