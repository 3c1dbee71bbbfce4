namespace ControlPlane.Api.Tests.Hosts.Recovering;

public sealed class RecoveryOnSqliteTests() : RecoveryTests(new ServiceFixture());
