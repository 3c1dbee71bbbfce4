using ControlPlane.Api.Persistence;

namespace ControlPlane.Api.Tests.Persistence;

public sealed class ClaimRowsMigrationOnPostgresTests : ClaimRowsMigrationTests, IAsyncLifetime
{
    private PostgresDatabase database = null!;

    public async Task InitializeAsync() => database = await PostgresDatabase.CreateEmptyAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    protected override StoreContext Open() => new PostgresStore(database.ConnectionString, []).Read();
}
