namespace ControlPlane.Api.Persistence.Rows;

/// <summary>The first answer to a request that carried a key.</summary>
public sealed class IdempotencyRow
{
    public required string Project { get; set; }
    public required string Actor { get; set; }
    public required string Key { get; set; }
    public required string RequestHash { get; set; }
    public int Status { get; set; }
    public string? Body { get; set; }
    public string? Location { get; set; }
    public long? Version { get; set; }
    public DateTimeOffset CreateTime { get; set; }
}
