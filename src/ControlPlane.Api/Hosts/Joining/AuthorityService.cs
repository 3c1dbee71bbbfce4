using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>The fleet's one authority: made at first need, kept in the store, the same for every process on it.</summary>
public sealed class AuthorityService(Store store, ILogger<AuthorityService> logger) : IDisposable
{
    private readonly SemaphoreSlim first = new(1);
    private volatile Authority? known;

    /// <summary>The authority.</summary>
    public async ValueTask<Authority> GetAsync(CancellationToken ct)
    {
        if (known is { } here) { return here; }
        await first.WaitAsync(ct);
        try
        {
            return known ??= await FindAsync(ct) ?? await store.WriteAsync(null, MakeAsync, ct);
        }
        finally
        {
            first.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        known?.Dispose();
        first.Dispose();
    }

    private async Task<Authority?> FindAsync(CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await db.Authorities.FirstOrDefaultAsync(ct) is { } row ? Authority.Read(row.Certificate, row.PrivateKey) : null;
    }

    // In the lane, and so after whatever another process has made meanwhile.
    private async Task<Authority> MakeAsync(StoreSession session)
    {
        if (await session.Db.Authorities.FirstOrDefaultAsync() is { } row) { return Authority.Read(row.Certificate, row.PrivateKey); }
        var made = Authority.Create(session.Now);
        session.Db.Authorities.Add(new AuthorityRow
        {
            Certificate = made.Pem, PrivateKey = made.KeyPem, CreateTime = session.Now,
        });
        await session.Db.SaveChangesAsync(CancellationToken.None);
        JoiningLog.AuthorityMade(logger, made.Fingerprint);
        return made;
    }
}
