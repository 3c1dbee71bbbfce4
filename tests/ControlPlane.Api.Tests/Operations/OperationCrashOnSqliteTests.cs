namespace ControlPlane.Api.Tests.Operations;

public sealed class OperationCrashOnSqliteTests : OperationCrashTests
{
    protected override ServiceFixture NewService() => new ServiceFixture();
}
