using ControlPlane.Api.Tests.Agents;

namespace ControlPlane.Api.Tests.Hosts.Liveness;

public sealed class LeaseOnPostgresTests(PostgresServiceWithAgentDoor service)
    : LeaseTests(service.Required), IClassFixture<PostgresServiceWithAgentDoor>;
