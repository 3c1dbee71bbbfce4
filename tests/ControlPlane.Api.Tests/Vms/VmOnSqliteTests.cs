namespace ControlPlane.Api.Tests.Vms;

public sealed class VmOnSqliteTests() : VmTests(new ServiceFixture());
