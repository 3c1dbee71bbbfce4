using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Allocations;

public sealed class AllocationOnPostgresTests(RunningPostgresService service)
    : AllocationTests(service.Required), IClassFixture<RunningPostgresService>;
