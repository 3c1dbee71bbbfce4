using ControlPlane.Api.Persistence;
using Npgsql;

namespace ControlPlane.Api.Tests;

/// <summary>
/// A fresh database of one test on the PostgreSQL server that <c>CONTROLPLANE_TEST_POSTGRES</c> names, dropped afterwards. Where no server
/// is named the tests are skipped and say so.
/// </summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const string Variable = "CONTROLPLANE_TEST_POSTGRES";

    // Copied for each test: bringing the schema about takes longer than many a test.
    private static readonly Lazy<Task<string>> template = new(MakeTemplateAsync);

    private readonly string server;
    private readonly string name = $"test_{Guid.NewGuid():N}";

    private PostgresDatabase(string server) => this.server = server;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 16 }.ConnectionString;

    public (string Key, string Value)[] Settings =>
        [("ControlPlane:Store", "Postgres"), ("ConnectionStrings:ControlPlane", ConnectionString)];

    /// <summary>With the store's tables.</summary>
    public static async Task<PostgresDatabase> CreateAsync()
    {
        var database = OfServer();
        await database.OnServerAsync($"CREATE DATABASE {database.name} TEMPLATE {await template.Value}");
        return database;
    }

    /// <summary>Without any table.</summary>
    public static async Task<PostgresDatabase> CreateEmptyAsync()
    {
        var database = OfServer();
        await database.OnServerAsync($"CREATE DATABASE {database.name}");
        return database;
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var made = new PostgresDatabase(Environment.GetEnvironmentVariable(Variable)!);
        await made.OnServerAsync($"CREATE DATABASE {made.name}");
        await using (var store = new PostgresStore(made.ConnectionString, [])) { await store.MigrateAsync(CancellationToken.None); }
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return made.name;
    }

    /// <summary>Runs a statement past the service.</summary>
    public async Task<int> ExecuteAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        foreach (var (parameter, value) in values) { command.Parameters.AddWithValue(parameter, value); }
        return await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync() => await OnServerAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    private async Task OnServerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static PostgresDatabase OfServer()
    {
        var server = Environment.GetEnvironmentVariable(Variable);
        Skip.If(string.IsNullOrEmpty(server), $"{Variable} is not set: deploy/test.sh starts a server and sets it.");
        return new(server!);
    }
}
