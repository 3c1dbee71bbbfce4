namespace ControlPlane.Api.Tests.Agents;

public sealed class JoiningOnSqliteTests(ServiceWithAgentDoor service) : JoiningTests(service), IClassFixture<ServiceWithAgentDoor>;
