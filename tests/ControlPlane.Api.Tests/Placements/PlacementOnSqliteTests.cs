namespace ControlPlane.Api.Tests.Placements;

public sealed class PlacementOnSqliteTests() : PlacementTests(new ServiceFixture());
