using System.Globalization;

namespace ControlPlane.Api.Persistence;

/// <summary>Inserts rows of one table, several with one statement; its statements are made once for a connection.</summary>
internal sealed class RowInsert(ILaneStatements statements, string table, IReadOnlyList<string> columns, string conflict = "") : IDisposable
{
    private static readonly int[] sizes = [16, 4, 1];
    private readonly Dictionary<int, LaneStatement> made = [];

    /// <summary>Inserts them; each is the values of the columns in their order.</summary>
    internal void Write(List<object?[]> rows)
    {
        for (var at = 0; at < rows.Count;)
        {
            var size = sizes.First(size => size <= rows.Count - at);
            var statement = Statement(size);
            for (var i = 0; i < size; i++) { rows[at + i].CopyTo(statement.Values, i * columns.Count); }
            statement.Run();
            at += size;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in made.Values) { statement.Dispose(); }
    }

    private LaneStatement Statement(int size)
    {
        if (made.TryGetValue(size, out var known)) { return known; }
        var names = Enumerable.Range(1, size * columns.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"${i}"));
        var values = names.Chunk(columns.Count).Select(row => $"({string.Join(", ", row)})");
        var text = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES {string.Join(", ", values)}{conflict}";
        return made[size] = statements.Make(text, size * columns.Count);
    }
}
