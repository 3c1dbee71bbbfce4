namespace ControlPlane.Api.Tests.Persistence;

public sealed class StoreOnPostgresTests() : StoreTests(new PostgresServiceFixture());
