namespace ControlPlane.Api.Tests.Rebalancing;

public sealed class PlanExecutionOnSqliteTests() : PlanExecutionTests(new ServiceFixture());
