namespace ControlPlane.Api.Tests.Agents;

public sealed class AgentDoorOnSqliteTests(ServiceWithAgentDoor service) : AgentDoorTests(service), IClassFixture<ServiceWithAgentDoor>;
