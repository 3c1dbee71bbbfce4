namespace ControlPlane.Api.Tests.Placements;

public sealed class NumaOnPostgresTests() : NumaTests(new PostgresServiceFixture());
