namespace ControlPlane.Api.Tests.Hosts;

public sealed class HostOnPostgresTests(RunningPostgresService service)
    : HostTests(service.Required), IClassFixture<RunningPostgresService>;
