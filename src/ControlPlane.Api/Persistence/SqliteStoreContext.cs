using ControlPlane.Core.Images;
using ControlPlane.Core.Vms;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ControlPlane.Api.Persistence;

/// <summary>The store on SQLite.</summary>
public sealed class SqliteStoreContext(DbContextOptions<SqliteStoreContext> options) : StoreContext(options)
{
    /// <inheritdoc/>
    public override IQueryable<Vm> VmsOf(ImageId image)
    {
        var id = image.ToString();
        return Vms.FromSql($"SELECT * FROM vms WHERE json_extract(spec, '$.image') = {id}");
    }

    /// <inheritdoc/>
    public override async Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken ct)
    {
        await Database.OpenConnectionAsync(ct);
        var snapshot = ((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await Database.UseTransactionAsync(snapshot, ct))!;
    }
}
