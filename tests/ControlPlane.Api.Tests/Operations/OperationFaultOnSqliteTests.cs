namespace ControlPlane.Api.Tests.Operations;

public sealed class OperationFaultOnSqliteTests() : OperationFaultTests(new ServiceFixture());
