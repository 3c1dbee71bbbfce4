namespace ControlPlane.Api.Tests.Hosts.Liveness;

public sealed class HostWatchOnSqliteTests() : HostWatchTests(new OpenStore());
