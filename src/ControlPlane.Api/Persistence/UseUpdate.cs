using System.Data.Common;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Adds to what is used of several classes of one owner with one statement. The table's CHECK refuses what would exceed the capacity.
/// </summary>
internal sealed class UseUpdate(
    DbConnection connection, LaneStatements statements, string table, string owner, string scope = "") : IDisposable
{
    private readonly Dictionary<int, DbCommand> commands = [];

    /// <summary>Adds the amounts.</summary>
    internal void Write(
        DbTransaction transaction, string ownerId, string? scopeWord, List<(ResourceClass Resource, long Amount)> amounts,
        Func<Exception> otherwise)
    {
        var command = Command(amounts.Count);
        command.Parameters["@owner"].Value = ownerId;
        if (scopeWord is not null) { command.Parameters["@scope"].Value = scopeWord; }
        for (var i = 0; i < amounts.Count; i++)
        {
            command.Parameters[$"@r{i}"].Value = amounts[i].Resource.ToString();
            command.Parameters[$"@n{i}"].Value = amounts[i].Amount;
        }
        statements.Run(transaction, command, amounts.Count, otherwise);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in commands.Values) { command.Dispose(); }
    }

    private DbCommand Command(int classes)
    {
        if (commands.TryGetValue(classes, out var known)) { return known; }
        var command = connection.CreateCommand();
        command.AddParameter("@owner");
        if (scope.Length > 0) { command.AddParameter("@scope"); }
        for (var i = 0; i < classes; i++)
        {
            command.AddParameter($"@r{i}");
            command.AddParameter($"@n{i}");
        }
        var each = Enumerable.Range(0, classes).ToList();
        var cases = string.Join(' ', each.Select(i => $"WHEN @r{i} THEN @n{i}"));
        var only = scope.Length > 0 ? $" AND {scope} = @scope" : "";
        command.CommandText = $"UPDATE {table} SET used = used + CASE resource {cases} END "
            + $"WHERE {owner} = @owner{only} AND resource IN ({string.Join(", ", each.Select(i => $"@r{i}"))})";
        return commands[classes] = command;
    }
}
