using Npgsql;

namespace ControlPlane.Benchmarks;

/// <summary>A database of its own on the PostgreSQL server that the environment names; dropped in the end.</summary>
internal sealed class OwnDatabase : IAsyncDisposable
{
    private const string Variable = "CONTROLPLANE_TEST_POSTGRES";
    private readonly string server;
    private readonly string name;

    private OwnDatabase(string server, string name) => (this.server, this.name) = (server, name);

    /// <summary>How it is reached.</summary>
    public string Connection => new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    /// <summary>What makes a service use it.</summary>
    public (string Key, string Value)[] Settings => [("ControlPlane__Store", "Postgres"), ("ConnectionStrings__ControlPlane", Connection)];

    public static async Task<OwnDatabase> CreateAsync()
    {
        var server = Environment.GetEnvironmentVariable(Variable)
            ?? throw new InvalidOperationException($"{Variable} must be the connection string of a PostgreSQL server");
        var database = new OwnDatabase(server, $"benchmark_{Guid.NewGuid():N}");
        await database.ExecuteAsync($"CREATE DATABASE {database.name}");
        return database;
    }

    /// <summary>So many services on it, each on a directory of its own.</summary>
    public async Task<MeasuredService[]> StartAsync(int services)
    {
        // The first makes the schema.
        var first = await MeasuredService.StartAsync(localHost: false, null, Settings);
        var others = Enumerable.Range(1, services - 1).Select(_ => MeasuredService.StartAsync(localHost: false, null, Settings));
        return [first, .. await Task.WhenAll(others)];
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
