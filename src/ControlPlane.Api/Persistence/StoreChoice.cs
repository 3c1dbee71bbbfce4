using ControlPlane.Api.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Which database the settings name: <c>ControlPlane:Store</c> is Sqlite (when nothing is said) or Postgres; the latter is found by the
/// connection string <c>ConnectionStrings:ControlPlane</c>.
/// </summary>
internal static class StoreChoice
{
    private const string Key = "ControlPlane:Store";
    private const string ConnectionKey = "ConnectionStrings:ControlPlane";

    internal static IStoreDatabase Of(IServiceProvider services)
    {
        var settings = services.GetRequiredService<IConfiguration>();
        var interceptors = services.GetServices<IInterceptor>();
        var (named, connection) = (settings[Key]?.Trim(), settings[ConnectionKey]?.Trim());
        if (string.IsNullOrEmpty(named) || named.Equals("Sqlite", StringComparison.OrdinalIgnoreCase))
        {
            return string.IsNullOrEmpty(connection)
                ? new SqliteStore(services.GetRequiredService<DataDirectory>().DatabaseFile, interceptors)
                : throw new StartupRefusedException($"{ConnectionKey} is set, but {Key} is Sqlite, which keeps its file in the data "
                    + $"directory and would not use it; set {Key} to Postgres or take the connection string away.");
        }
        if (!named.Equals("Postgres", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartupRefusedException($"{Key} must be Sqlite or Postgres; it is '{Http.Json.Nearest.Shown(named)}'.");
        }
        return Postgres(connection, interceptors);
    }

    private static PostgresStore Postgres(string? connection, IEnumerable<IInterceptor> interceptors)
    {
        if (string.IsNullOrEmpty(connection))
        {
            throw new StartupRefusedException($"{Key} is Postgres, but {ConnectionKey} is not set; "
                + "set it to a connection string such as 'Host=db.example;Database=controlplane;Username=controlplane;Password=…'.");
        }
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connection).Host)
                ? throw new StartupRefusedException($"{ConnectionKey} names no Host.")
                : new PostgresStore(connection, interceptors);
        }
        // The fault's own words may hold the password.
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new StartupRefusedException($"{ConnectionKey} cannot be read as a PostgreSQL connection string "
                + "(Key=Value;Key=Value; see the keywords of Npgsql).", fault);
        }
    }
}
