namespace ControlPlane.Api.Tests.Agents;

public sealed class AgentDoorOnPostgresTests(PostgresServiceWithAgentDoor service)
    : AgentDoorTests(service.Required), IClassFixture<PostgresServiceWithAgentDoor>;
