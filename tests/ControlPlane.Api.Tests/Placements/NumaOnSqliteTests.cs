namespace ControlPlane.Api.Tests.Placements;

public sealed class NumaOnSqliteTests() : NumaTests(new ServiceFixture());
