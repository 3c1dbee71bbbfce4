using ControlPlane.Api.Tests.Images;

namespace ControlPlane.Api.Tests.Events;

public sealed class EventStreamOnPostgresTests : EventStreamTests
{
    private PostgresDatabase? postgres;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (postgres is not null) { await postgres.DisposeAsync(); }
    }

    private protected override async Task<SmallService> StartAsync()
    {
        postgres = await PostgresDatabase.CreateAsync();
        return await SmallService.StartAsync(("Store", "Postgres"), ("ConnectionStrings:ControlPlane", postgres.ConnectionString));
    }
}
