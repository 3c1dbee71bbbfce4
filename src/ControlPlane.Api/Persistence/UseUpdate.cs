using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Adds to what is used of several classes of one owner with one statement. The table's CHECK refuses what would exceed the capacity.
/// </summary>
internal sealed class UseUpdate(ILaneStatements statements, string table, string owner, string? scope = null) : IDisposable
{
    private readonly StatementCache<int> byClasses = new(classes =>
    {
        var parameters = Enumerable.Range(0, (2 * classes) + (scope is null ? 1 : 2)).Select(LaneStatement.Parameter).ToList();
        var pairs = parameters[..(2 * classes)].Chunk(2).ToList();
        var cases = string.Join(' ', pairs.Select(pair => $"WHEN {pair[0]} THEN {pair[1]}"));
        var only = scope is null ? "" : $" AND {scope} = {parameters[^1]}";
        return statements.Make($"UPDATE {table} SET used = used + CASE resource {cases} END "
            + $"WHERE {owner} = {parameters[2 * classes]}{only} AND resource IN ({string.Join(", ", pairs.Select(pair => pair[0]))})",
            parameters.Count);
    });

    /// <summary>Adds the amounts.</summary>
    internal void Write(string ownerId, string? scopeWord, List<(ResourceClass Resource, long Amount)> amounts, Func<Exception> otherwise)
    {
        var statement = byClasses.Of(amounts.Count);
        for (var i = 0; i < amounts.Count; i++)
        {
            (statement.Values[2 * i], statement.Values[(2 * i) + 1]) = (amounts[i].Resource.ToString(), amounts[i].Amount);
        }
        statement.Values[2 * amounts.Count] = ownerId;
        if (scope is not null) { statement.Values[(2 * amounts.Count) + 1] = scopeWord; }
        statement.Run(amounts.Count, otherwise);
    }

    /// <inheritdoc/>
    public void Dispose() => byClasses.Dispose();
}
