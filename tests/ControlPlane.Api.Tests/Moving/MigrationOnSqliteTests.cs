namespace ControlPlane.Api.Tests.Moving;

public sealed class MigrationOnSqliteTests() : MigrationTests(new ServiceFixture());
