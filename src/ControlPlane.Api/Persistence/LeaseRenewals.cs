using System.Data.Common;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Counts the renewals of hosts that are active, which nearly all are, with one prepared statement for many: what
/// <see cref="HostStanding.Renew"/> says of those.
/// </summary>
internal sealed class LeaseRenewals(DbConnection connection) : IDisposable
{
    private const int Growth = 4;

    private readonly Dictionary<int, DbCommand> commands = [];

    /// <summary>Counts one for each host that is active in the session named; returns those, with their terms.</summary>
    internal Dictionary<(HostId Host, long Session), LeaseTerms> Write(
        DbTransaction transaction, IReadOnlyList<(HostId Host, long Session)> asked)
    {
        var command = Command(asked.Count);
        command.Transaction = transaction;
        for (var i = 0; i < command.Parameters.Count / 2; i++)
        {
            // The last one again where the statement has room for more: a row is counted once.
            var (named, number) = asked[Math.Min(i, asked.Count - 1)];
            (command.Parameters[2 * i].Value, command.Parameters[(2 * i) + 1].Value) = (named.ToString(), number);
        }
        var granted = new Dictionary<(HostId Host, long Session), LeaseTerms>(asked.Count);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var host = HostId.Parse(rows.GetString(0));
            granted.Add((host, rows.GetInt64(1)), HostStandingRow.Terms(host, rows.GetInt64(2), rows.GetInt64(3), rows.GetInt32(4)));
        }
        return granted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in commands.Values) { command.Dispose(); }
    }

    private DbCommand Command(int asked)
    {
        var size = 1;
        while (size < asked) { size *= Growth; }
        if (commands.TryGetValue(size, out var known)) { return known; }
        var command = connection.CreateCommand();
        for (var i = 0; i < size; i++)
        {
            command.AddParameter($"@h{i}");
            command.AddParameter($"@s{i}");
        }
        var values = string.Join(", ", Enumerable.Range(0, size).Select(i => $"(@h{i}, @s{i})"));
        command.CommandText = $"WITH asked(named, number) AS (VALUES {values}) "
            + "UPDATE host_standings SET renewals = renewals + 1 FROM asked WHERE host = named AND session = number AND state = 'Active' "
            + "RETURNING host, session, length_ms, margin_ms, drift_permille";
        return commands[size] = command;
    }
}
