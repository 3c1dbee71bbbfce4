using Microsoft.EntityFrameworkCore.Metadata;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Writes entities of one table as the model maps them: new ones whole, others by what changed, where they are as they were seen.
/// </summary>
/// <param name="statements">The lane's.</param>
/// <param name="model">How they are mapped.</param>
/// <param name="seen">The columns that must be as they were, the key first.</param>
internal sealed class EntityTable<T>(ILaneStatements statements, IModel model, params string[] seen) : IDisposable
    where T : class
{
    private readonly RowColumns<T> columns = new(model);
    private RowInsert? insert;
    private RowUpdate<T>? update;

    private RowInsert Insert => insert ??= new(statements, columns.Table, [.. columns.Names()]);

    private RowUpdate<T> Update => update ??= new(statements, columns, seen);

    /// <summary>Whether anything that a row of the table holds differs.</summary>
    internal bool Differs(T before, T now) => columns.Differing(before, now) != 0;

    /// <summary>Writes them.</summary>
    /// <param name="rows">Each as the database has it, null for a new one, and as it is now.</param>
    /// <param name="was">What an entity has in the columns that must be as they were.</param>
    /// <param name="stale">What is wrong where they are not.</param>
    internal void Write(IReadOnlyCollection<(T? Before, T Now)> rows, Func<T, object[]> was, Func<T, Exception> stale)
    {
        Insert.Write([.. rows.Where(row => row.Before is null).Select(row => columns.Values(row.Now))]);
        foreach (var (before, now) in rows)
        {
            if (before is null) { continue; }
            var changed = columns.Differing(before, now);
            if (changed != 0) { Update.Write(now, changed, () => stale(now), was(before)); }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        insert?.Dispose();
        update?.Dispose();
    }
}
