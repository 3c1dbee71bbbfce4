using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Pools;

public sealed class PoolOnSqliteTests(RunningService service) : PoolTests(service), IClassFixture<RunningService>;
