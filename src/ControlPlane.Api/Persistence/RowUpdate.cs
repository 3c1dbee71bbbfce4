using System.Data.Common;
using System.Globalization;
using System.Numerics;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Changes one row of a table where it is still as it was seen: its changed columns alone, with a statement that is made once for each set
/// of them.
/// </summary>
/// <param name="connection">The lane's.</param>
/// <param name="statements">Runs them.</param>
/// <param name="columns">The table.</param>
/// <param name="seen">The columns that must be as they were, the key first.</param>
internal sealed class RowUpdate<T>(DbConnection connection, LaneStatements statements, RowColumns<T> columns, params string[] seen)
    : IDisposable
    where T : class
{
    private const int MostStatements = 64;
    private readonly Dictionary<ulong, DbCommand> commands = [];

    /// <summary>Changes it.</summary>
    internal void Write(DbTransaction transaction, T now, ulong changed, Func<Exception> otherwise, params ReadOnlySpan<object> was)
    {
        var command = Command(changed);
        columns.Bind(command.Parameters, now, changed);
        var first = BitOperations.PopCount(changed);
        for (var i = 0; i < was.Length; i++) { command.Parameters[first + i].Value = was[i]; }
        statements.Run(transaction, command, 1, otherwise);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in commands.Values) { command.Dispose(); }
        commands.Clear();
    }

    private DbCommand Command(ulong changed)
    {
        if (commands.TryGetValue(changed, out var known)) { return known; }
        if (commands.Count == MostStatements) { Dispose(); }
        var command = connection.CreateCommand();
        var sets = columns.Names(changed).Select(name => $"{name} = {Add(command)}").ToList();
        var wheres = seen.Select(name => $"\"{name}\" = {Add(command)}").ToList();
        command.CommandText = $"UPDATE {columns.Table} SET {string.Join(", ", sets)} WHERE {string.Join(" AND ", wheres)}";
        return commands[changed] = command;
    }

    private static string Add(DbCommand command) =>
        command.AddParameter(string.Create(CultureInfo.InvariantCulture, $"@p{command.Parameters.Count}"));
}
