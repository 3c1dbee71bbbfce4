namespace ControlPlane.Api.Access;

/// <summary>Knows the tokens by their hash; the text of a token is kept nowhere.</summary>
public interface ITokenDirectory
{
    /// <summary>The identity behind the hash, or null: unknown, expired and revoked look the same.</summary>
    ValueTask<TokenIdentity?> FindAsync(byte[] sha256, CancellationToken ct);
}
