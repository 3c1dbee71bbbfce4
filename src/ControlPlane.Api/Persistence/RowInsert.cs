namespace ControlPlane.Api.Persistence;

/// <summary>Inserts rows of one table, several with one statement; its statements are made once for a connection.</summary>
internal sealed class RowInsert(ILaneStatements statements, string table, IReadOnlyList<string> columns, string conflict = "") : IDisposable
{
    private static readonly int[] sizes = [16, 4, 1];

    private readonly StatementCache<int> bySize = new(size =>
    {
        var values = Enumerable.Range(0, size * columns.Count).Select(LaneStatement.Parameter).Chunk(columns.Count)
            .Select(row => $"({string.Join(", ", row)})");
        return statements.Make($"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES {string.Join(", ", values)}{conflict}",
            size * columns.Count);
    });

    /// <summary>Inserts them; each is the values of the columns in their order.</summary>
    internal void Write(List<object?[]> rows)
    {
        for (var at = 0; at < rows.Count;)
        {
            var size = sizes.First(size => size <= rows.Count - at);
            var statement = bySize.Of(size);
            for (var i = 0; i < size; i++) { rows[at + i].CopyTo(statement.Values, i * columns.Count); }
            statement.Run();
            at += size;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => bySize.Dispose();
}
