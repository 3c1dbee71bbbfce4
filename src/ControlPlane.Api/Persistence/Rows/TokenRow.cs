namespace ControlPlane.Api.Persistence.Rows;

/// <summary>An access token: only its hash is kept.</summary>
public sealed class TokenRow
{
    public required string Name { get; set; }
    public required string Project { get; set; }
    public required byte[] Sha256 { get; set; }
    public DateTimeOffset CreateTime { get; set; }
}
