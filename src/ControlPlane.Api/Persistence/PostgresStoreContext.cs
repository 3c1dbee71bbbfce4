using System.Data;
using System.Text.RegularExpressions;
using ControlPlane.Core.Images;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace ControlPlane.Api.Persistence;

/// <summary>The store on PostgreSQL.</summary>
public sealed partial class PostgresStoreContext(DbContextOptions<PostgresStoreContext> options) : StoreContext(options)
{
    /// <inheritdoc/>
    public override IQueryable<Vm> VmsOf(ImageId image)
    {
        var id = image.ToString();
        return Vms.FromSql($"SELECT * FROM vms WHERE spec::jsonb ->> 'image' = {id}");
    }

    /// <inheritdoc/>
    public override Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken ct) =>
        Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        foreach (var entity in model.Model.GetEntityTypes())
        {
            foreach (var check in entity.GetCheckConstraints().ToList()) { Widen(entity, check); }
            foreach (var column in entity.GetProperties()) { OrderByBytes(column); }
        }
    }

    // The product of a large total and its ratio leaves the range of bigint, where SQLite goes on as a floating number.
    private static void Widen(IMutableEntityType entity, IMutableCheckConstraint check)
    {
        if (Ratio().Replace(check.Sql, "* $1::numeric") is var wide && wide == check.Sql) { return; }
        entity.RemoveCheckConstraint(check.ModelName);
        entity.AddCheckConstraint(check.ModelName, wide);
    }

    // Text is ordered by its bytes, as on SQLite and in memory, whatever the database was made with.
    private static void OrderByBytes(IMutableProperty column)
    {
        var type = column.GetValueConverter()?.ProviderClrType ?? column.GetProviderClrType() ?? column.ClrType;
        if (type == typeof(string) || (Nullable.GetUnderlyingType(type) ?? type).IsEnum) { column.SetCollation("C"); }
    }

    [GeneratedRegex(@"\* (\w*overcommit)\b")]
    private static partial Regex Ratio();
}
