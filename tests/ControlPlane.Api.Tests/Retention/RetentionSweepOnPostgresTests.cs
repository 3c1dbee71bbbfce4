using ControlPlane.Api.Persistence;

namespace ControlPlane.Api.Tests.Retention;

public sealed class RetentionSweepOnPostgresTests : RetentionSweepTests
{
    private PostgresDatabase? postgres;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (postgres is not null) { await postgres.DisposeAsync(); }
    }

    protected override async Task<IStoreDatabase> DatabaseAsync(DataDirectory taken)
    {
        postgres = await PostgresDatabase.CreateAsync();
        return new PostgresStore(postgres.ConnectionString, []);
    }
}
