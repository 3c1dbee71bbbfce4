using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Pools;

public sealed class PoolOnPostgresTests(RunningPostgresService service)
    : PoolTests(service.Required), IClassFixture<RunningPostgresService>;
