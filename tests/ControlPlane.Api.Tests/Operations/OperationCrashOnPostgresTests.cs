namespace ControlPlane.Api.Tests.Operations;

public sealed class OperationCrashOnPostgresTests : OperationCrashTests
{
    protected override ServiceFixture NewService() => new PostgresServiceFixture();
}
