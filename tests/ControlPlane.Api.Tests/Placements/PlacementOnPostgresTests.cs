namespace ControlPlane.Api.Tests.Placements;

public sealed class PlacementOnPostgresTests() : PlacementTests(new PostgresServiceFixture());
