using ControlPlane.Api.Persistence;

namespace ControlPlane.Api.Tests.Hosts;

/// <summary>The same on a PostgreSQL database of its own. A fixture cannot skip for the tests that share it, so each asks for it.</summary>
public sealed class OpenPostgresStore : OpenStore
{
    private PostgresDatabase? postgres;
    private string? missing;

    /// <summary>This, or a skip of the test that asks.</summary>
    public OpenStore Required
    {
        get
        {
            Skip.IfNot(missing is null, missing!);
            return this;
        }
    }

    public override async Task InitializeAsync()
    {
        try { await base.InitializeAsync(); }
        catch (SkipException skipped) { missing = skipped.Message; }
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (postgres is not null) { await postgres.DisposeAsync(); }
    }

    public override Task<int> ExecuteAsync(string sql, string id) => postgres!.ExecuteAsync(sql, ("id", id));

    protected override async Task<IStoreDatabase> DatabaseAsync(DataDirectory taken)
    {
        postgres = await PostgresDatabase.CreateAsync();
        return new PostgresStore(postgres.ConnectionString, []);
    }
}
