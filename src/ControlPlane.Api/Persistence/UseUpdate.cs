using System.Globalization;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Adds to what is used of several classes of one owner with one statement. The table's CHECK refuses what would exceed the capacity.
/// </summary>
internal sealed class UseUpdate(ILaneStatements statements, string table, string owner, string? scope = null) : IDisposable
{
    private readonly Dictionary<int, LaneStatement> made = [];

    /// <summary>Adds the amounts.</summary>
    internal void Write(string ownerId, string? scopeWord, List<(ResourceClass Resource, long Amount)> amounts, Func<Exception> otherwise)
    {
        var statement = Statement(amounts.Count);
        for (var i = 0; i < amounts.Count; i++)
        {
            (statement.Values[2 * i], statement.Values[(2 * i) + 1]) = (amounts[i].Resource.ToString(), amounts[i].Amount);
        }
        statement.Values[2 * amounts.Count] = ownerId;
        if (scope is not null) { statement.Values[(2 * amounts.Count) + 1] = scopeWord; }
        statement.Run(amounts.Count, otherwise);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in made.Values) { statement.Dispose(); }
    }

    private LaneStatement Statement(int classes)
    {
        if (made.TryGetValue(classes, out var known)) { return known; }
        var each = Enumerable.Range(0, classes).ToList();
        var cases = string.Join(' ', each.Select(i => $"WHEN {Name(2 * i)} THEN {Name((2 * i) + 1)}"));
        var only = scope is null ? "" : $" AND {scope} = {Name((2 * classes) + 1)}";
        var text = $"UPDATE {table} SET used = used + CASE resource {cases} END "
            + $"WHERE {owner} = {Name(2 * classes)}{only} AND resource IN ({string.Join(", ", each.Select(i => Name(2 * i)))})";
        return made[classes] = statements.Make(text, (2 * classes) + (scope is null ? 1 : 2));
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"${index + 1}");
}
