namespace ControlPlane.Api.Tests.Agents;

/// <summary>A service that also listens for agents, on a port of its own.</summary>
public class ServiceWithAgentDoor : ServiceFixture
{
    public ServiceWithAgentDoor() => Settings = [("ControlPlane:AgentEndpoint:Url", "https://127.0.0.1:0")];
}
