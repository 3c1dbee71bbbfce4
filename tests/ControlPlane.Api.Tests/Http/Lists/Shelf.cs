namespace ControlPlane.Api.Tests.Http.Lists;

public sealed record Shelf
{
    public required ShelfId Id { get; init; }
    public required string Name { get; init; }
    public string? Room { get; init; }
    public long Weight { get; init; }
    public bool Locked { get; init; }
    public ShelfState State { get; init; }
    public ShelfId? Neighbour { get; init; }
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset? EmptiedTime { get; init; }
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    public string LabelsJson { get; init; } = "{}";
}
