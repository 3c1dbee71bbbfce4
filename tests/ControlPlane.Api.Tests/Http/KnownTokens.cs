using ControlPlane.Api.Access;

namespace ControlPlane.Api.Tests.Http;

internal sealed class KnownTokens : ITokenDirectory
{
    public const string Good = "cp_a-good-token-for-tests";

    private static readonly byte[] good = AccessToken.Hash(Good);

    public ValueTask<TokenIdentity?> FindAsync(byte[] sha256, CancellationToken ct) =>
        ValueTask.FromResult(sha256.AsSpan().SequenceEqual(good) ? new TokenIdentity("tests", "default") : null);
}
