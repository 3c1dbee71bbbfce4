using System.Collections.Concurrent;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Access;

/// <summary>The tokens of the store, by their hashes; those that were found once are kept in memory.</summary>
public sealed class TokenDirectory(Store store) : ITokenDirectory
{
    private const string BootstrapName = "bootstrap";
    private readonly ConcurrentDictionary<string, TokenIdentity> known = new(StringComparer.Ordinal);
    private volatile bool complete;

    /// <inheritdoc/>
    public async ValueTask<TokenIdentity?> FindAsync(byte[] sha256, CancellationToken ct)
    {
        var key = Convert.ToHexString(sha256);
        if (known.TryGetValue(key, out var identity)) { return identity; }
        // "Unknown" is a final answer, so it is not given before the first token has been kept.
        if (!complete) { throw new StoreUnreachableException("The service is still opening its store"); }
        await using var db = store.Read(null);
        var row = await db.Tokens.FirstOrDefaultAsync(token => token.Sha256 == sha256, ct);
        return row is null ? null : known.GetOrAdd(key, new TokenIdentity(row.Name, row.Project));
    }

    /// <summary>Makes the first token the one given; an earlier first token is no longer valid.</summary>
    public async Task SetBootstrapAsync(string token, CancellationToken ct)
    {
        await store.WriteAsync(null, session => SetAsync(session, token), ct);
        complete = true;
    }

    private static async Task<bool> SetAsync(StoreSession session, string token)
    {
        var hash = AccessToken.Hash(token);
        var row = await session.Db.Tokens.FirstOrDefaultAsync(known => known.Name == BootstrapName);
        if (row is null)
        {
            session.Db.Tokens.Add(new TokenRow { Name = BootstrapName, Project = "default", Sha256 = hash, CreateTime = session.Now });
        }
        else
        {
            row.Sha256 = hash;
        }
        return true;
    }
}
