namespace ControlPlane.Api.Tests.Hosts;

public sealed class HostOnSqliteTests(RunningService service) : HostTests(service), IClassFixture<RunningService>;
