namespace ControlPlane.Api.Tests.Hosts.Recovering;

public sealed class RecoveryOnPostgresTests() : RecoveryTests(new PostgresServiceFixture());
