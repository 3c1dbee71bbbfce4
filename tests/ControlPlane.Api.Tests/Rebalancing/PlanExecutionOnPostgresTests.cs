namespace ControlPlane.Api.Tests.Rebalancing;

public sealed class PlanExecutionOnPostgresTests() : PlanExecutionTests(new PostgresServiceFixture());
