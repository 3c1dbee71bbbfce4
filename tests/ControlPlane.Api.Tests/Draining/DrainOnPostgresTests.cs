namespace ControlPlane.Api.Tests.Draining;

public sealed class DrainOnPostgresTests() : DrainTests(new PostgresServiceFixture());
