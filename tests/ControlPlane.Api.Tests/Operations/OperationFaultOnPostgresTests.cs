namespace ControlPlane.Api.Tests.Operations;

public sealed class OperationFaultOnPostgresTests() : OperationFaultTests(new PostgresServiceFixture());
