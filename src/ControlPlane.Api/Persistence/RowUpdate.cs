using System.Numerics;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Changes one row of a table where it is still as it was seen: its changed columns alone, with a statement that is made once for each set
/// of them.
/// </summary>
/// <param name="statements">The lane's.</param>
/// <param name="columns">The table.</param>
/// <param name="seen">The columns that must be as they were, the key first.</param>
internal sealed class RowUpdate<T>(ILaneStatements statements, RowColumns<T> columns, params string[] seen) : IDisposable
    where T : class
{
    private readonly StatementCache<ulong> byColumns = new(changed =>
    {
        var names = columns.Names(changed).Concat(seen.Select(name => $"\"{name}\""))
            .Select((name, index) => $"{name} = {LaneStatement.Parameter(index)}").ToList();
        var sets = names.Count - seen.Length;
        return statements.Make(
            $"UPDATE {columns.Table} SET {string.Join(", ", names[..sets])} WHERE {string.Join(" AND ", names[sets..])}", names.Count);
    });

    /// <summary>Changes it.</summary>
    internal void Write(T now, ulong changed, Func<Exception> otherwise, params ReadOnlySpan<object> was)
    {
        var statement = byColumns.Of(changed);
        columns.Fill(statement.Values, now, changed);
        was.CopyTo(statement.Values.AsSpan(BitOperations.PopCount(changed))!);
        statement.Run(1, otherwise);
    }

    /// <inheritdoc/>
    public void Dispose() => byColumns.Dispose();
}
