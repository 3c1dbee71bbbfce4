using System.Net.Sockets;
using Npgsql;

namespace ControlPlane.Api.Persistence;

/// <summary>What PostgreSQL's faults mean. EF wraps them, so each is looked for inside as well.</summary>
internal static class PostgresFaults
{
    private const string DiskFull = "53100";
    private const string QueryCancelled = "57014";
    private const string ReadOnly = "25006";

    /// <summary>Whether the server could not be reached, went away or takes no connection at the moment.</summary>
    internal static bool IsUnreachable(Exception? fault) => fault switch
    {
        null => false,
        PostgresException { SqlState: DiskFull or QueryCancelled } => false,
        // Connection, insufficient resources, operator intervention: shutting down, starting, too many connections; or a standby.
        PostgresException refused => refused.SqlState is ReadOnly || refused.SqlState[..2] is "08" or "53" or "57",
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException or null } => true,
        SocketException => true,
        _ => IsUnreachable(fault.InnerException),
    };

    /// <summary>Whether the server's disk is full.</summary>
    internal static bool IsDiskFull(Exception? fault) =>
        fault is not null && (fault is PostgresException { SqlState: DiskFull } || IsDiskFull(fault.InnerException));

    /// <summary>The fault in a few words, without a secret.</summary>
    internal static string Words(Exception fault) => fault switch
    {
        PostgresException refused => refused.MessageText,
        { InnerException: { } cause } => Words(cause),
        _ => fault.Message.ReplaceLineEndings(" ").TrimEnd('.'),
    };
}
