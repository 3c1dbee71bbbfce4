namespace ControlPlane.Api.Tests.Draining;

public sealed class DrainOnSqliteTests() : DrainTests(new ServiceFixture());
