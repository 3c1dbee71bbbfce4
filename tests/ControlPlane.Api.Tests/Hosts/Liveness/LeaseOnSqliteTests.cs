using ControlPlane.Api.Tests.Agents;

namespace ControlPlane.Api.Tests.Hosts.Liveness;

public sealed class LeaseOnSqliteTests(ServiceWithAgentDoor service)
    : LeaseTests(service), IClassFixture<ServiceWithAgentDoor>;
