namespace ControlPlane.Api.Tests.Allocations;

public sealed class GroupClaimsOnSqliteTests() : GroupClaimTests(new ServiceFixture());
