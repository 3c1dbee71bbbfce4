namespace ControlPlane.Api.Tests.Hosts.Liveness;

public sealed class HostWatchOnPostgresTests() : HostWatchTests(new OpenPostgresStore());
