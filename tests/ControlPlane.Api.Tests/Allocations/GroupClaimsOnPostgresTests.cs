namespace ControlPlane.Api.Tests.Allocations;

public sealed class GroupClaimsOnPostgresTests() : GroupClaimTests(new PostgresServiceFixture());
