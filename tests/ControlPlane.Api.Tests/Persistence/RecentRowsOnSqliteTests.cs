namespace ControlPlane.Api.Tests.Persistence;

public sealed class RecentRowsOnSqliteTests() : RecentRowsTests(new ServiceFixture());
