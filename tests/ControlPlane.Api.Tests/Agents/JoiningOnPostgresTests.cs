namespace ControlPlane.Api.Tests.Agents;

public sealed class JoiningOnPostgresTests(PostgresServiceWithAgentDoor service)
    : JoiningTests(service.Required), IClassFixture<PostgresServiceWithAgentDoor>;
