using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Allocations;

public sealed class AllocationOnSqliteTests(RunningService service) : AllocationTests(service), IClassFixture<RunningService>;
