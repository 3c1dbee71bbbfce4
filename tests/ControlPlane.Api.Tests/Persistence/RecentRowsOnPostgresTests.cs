namespace ControlPlane.Api.Tests.Persistence;

public sealed class RecentRowsOnPostgresTests() : RecentRowsTests(new PostgresServiceFixture());
