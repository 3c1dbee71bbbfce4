using System.Globalization;
using Npgsql;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// A process's own line to PostgreSQL for as long as both live: it hears of commits, and holds the duties of this process. PostgreSQL
/// gives them up the moment the line breaks.
/// </summary>
internal sealed class PostgresLink : IAsyncDisposable
{
    // The first number of the locks of duties; the second is made of the duty's name.
    private const int DutyLocks = 1129271889;

    private readonly NpgsqlConnection connection;
    private long? told;

    private PostgresLink(NpgsqlConnection connection) => this.connection = connection;

    internal static async Task<PostgresLink> OpenAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var link = new PostgresLink(await source.OpenConnectionAsync(ct));
        link.connection.Notification += (_, heard) => link.Hear(heard.Payload);
        await using var command = new NpgsqlCommand($"LISTEN {PostgresStore.Channel}", link.connection);
        await command.ExecuteNonQueryAsync(ct);
        return link;
    }

    /// <summary>Waits for word of a commit; null when none came in time.</summary>
    internal async Task<long?> WaitAsync(TimeSpan limit, CancellationToken ct)
    {
        if (told is null) { await connection.WaitAsync(limit, ct); }
        var newest = told;
        told = null;
        return newest;
    }

    /// <summary>Takes a duty unless another process has it.</summary>
    internal async Task<bool> TryTakeAsync(string duty, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1, hashtext($2))", connection)
        {
            Parameters = { new() { Value = DutyLocks }, new() { Value = duty } },
        };
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Not to the pool: the duties must go at once, and with certainty.
        NpgsqlConnection.ClearPool(connection);
        await connection.DisposeAsync();
    }

    private void Hear(string payload)
    {
        if (long.TryParse(payload, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            told = Math.Max(told ?? 0, revision);
        }
    }
}
