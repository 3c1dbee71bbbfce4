namespace ControlPlane.Api.Tests.Allocations;

public sealed class NodesNeverOverOnPostgresTests() : NodesNeverOverTests(new PostgresServiceFixture());
