namespace ControlPlane.Api.Persistence.Rows;

/// <summary>The authority of this fleet: one row, made at first need, shared by all processes on the database.</summary>
public sealed class AuthorityRow
{
    /// <summary>The id of the only row.</summary>
    public const int Only = 1;

    public int Id { get; set; } = Only;

    /// <summary>PEM.</summary>
    public required string Certificate { get; set; }

    /// <summary>PKCS #8 as PEM.</summary>
    public required string PrivateKey { get; set; }

    public DateTimeOffset CreateTime { get; set; }
}
