namespace ControlPlane.Api.Tests.Moving;

public sealed class MigrationOnPostgresTests() : MigrationTests(new PostgresServiceFixture());
