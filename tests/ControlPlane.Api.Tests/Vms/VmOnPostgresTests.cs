namespace ControlPlane.Api.Tests.Vms;

public sealed class VmOnPostgresTests() : VmTests(new PostgresServiceFixture());
