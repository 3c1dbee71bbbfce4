using System.Data.Common;
using ControlPlane.Core;
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
            var (host, session) = asked[Math.Min(i, asked.Count - 1)];
            (command.Parameters[2 * i].Value, command.Parameters[(2 * i) + 1].Value) = (host.ToString(), session);
        }
        var granted = new Dictionary<(HostId Host, long Session), LeaseTerms>(asked.Count);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var valid = LeaseTerms.TryCreate(TimeSpan.FromMilliseconds(rows.GetInt64(2)), TimeSpan.FromMilliseconds(rows.GetInt64(3)),
                rows.GetInt32(4), out var terms);
            Invariant.Check(valid, "the terms kept of a lease are terms");
            granted.Add((HostId.Parse(rows.GetString(0)), rows.GetInt64(1)), terms!);
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
            foreach (var name in (string[])[$"@h{i}", $"@s{i}"])
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }
        }
        var values = string.Join(", ", Enumerable.Range(0, size).Select(i => $"(@h{i}, @s{i})"));
        command.CommandText = $"WITH asked(named, number) AS (VALUES {values}) "
            + "UPDATE host_standings SET renewals = renewals + 1 FROM asked WHERE host = named AND session = number AND state = 'Active' "
            + "RETURNING host, session, length_ms, margin_ms, drift_permille";
        return commands[size] = command;
    }
}
