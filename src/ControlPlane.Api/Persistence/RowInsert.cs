using System.Data.Common;
using System.Globalization;

namespace ControlPlane.Api.Persistence;

/// <summary>Inserts rows of one table, several with one statement; its statements are made once for a connection.</summary>
internal sealed class RowInsert(
    DbConnection connection, LaneStatements statements, string table, IReadOnlyList<string> columns, string conflict = "") : IDisposable
{
    // SQLite looks for each parameter by walking all names of its statement: few rows at a time are faster than many.
    private static readonly int[] sizes = [4, 2, 1];
    private readonly Dictionary<int, DbCommand> commands = [];

    /// <summary>Inserts them; each is the values of the columns in their order.</summary>
    internal void Write(DbTransaction transaction, List<object?[]> rows)
    {
        for (var at = 0; at < rows.Count;)
        {
            var size = sizes.First(size => size <= rows.Count - at);
            var command = Command(size);
            for (var i = 0; i < size; i++)
            {
                for (var column = 0; column < columns.Count; column++)
                {
                    command.Parameters[(i * columns.Count) + column].Value = rows[at + i][column] ?? DBNull.Value;
                }
            }
            statements.Run(transaction, command);
            at += size;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in commands.Values) { command.Dispose(); }
    }

    private DbCommand Command(int size)
    {
        if (commands.TryGetValue(size, out var known)) { return known; }
        var command = connection.CreateCommand();
        var names = Enumerable.Range(0, size * columns.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"@p{i}")).ToArray();
        foreach (var name in names) { command.AddParameter(name); }
        var values = names.Chunk(columns.Count).Select(row => $"({string.Join(", ", row)})");
        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES {string.Join(", ", values)}{conflict}";
        return commands[size] = command;
    }
}
