using System.Globalization;
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
    private const int MostStatements = 64;
    private readonly Dictionary<ulong, LaneStatement> made = [];

    /// <summary>Changes it.</summary>
    internal void Write(T now, ulong changed, Func<Exception> otherwise, params ReadOnlySpan<object> was)
    {
        var statement = Statement(changed);
        columns.Fill(statement.Values, now, changed);
        was.CopyTo(statement.Values.AsSpan(BitOperations.PopCount(changed))!);
        statement.Run(1, otherwise);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in made.Values) { statement.Dispose(); }
        made.Clear();
    }

    private LaneStatement Statement(ulong changed)
    {
        if (made.TryGetValue(changed, out var known)) { return known; }
        if (made.Count == MostStatements) { Dispose(); }
        var names = columns.Names(changed).Concat(seen.Select(name => $"\"{name}\""))
            .Select((name, index) => string.Create(CultureInfo.InvariantCulture, $"{name} = ${index + 1}")).ToList();
        var sets = names.Count - seen.Length;
        var text = $"UPDATE {columns.Table} SET {string.Join(", ", names[..sets])} WHERE {string.Join(" AND ", names[sets..])}";
        return made[changed] = statements.Make(text, names.Count);
    }
}
