namespace ControlPlane.Api.Tests.Allocations;

public sealed class NodesNeverOverOnSqliteTests() : NodesNeverOverTests(new ServiceFixture());
