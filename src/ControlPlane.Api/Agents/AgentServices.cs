using ControlPlane.Agent;
using ControlPlane.Api.Agents.Remote;
using ControlPlane.Api.Health;
using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Agents;

/// <summary>Registers the agents' side of the service, and the agents it hosts.</summary>
public static class AgentServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddAgents(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<LocalHostOptions>("ControlPlane:LocalHost");
        services.AddChecked<AgentOptions>(AgentOptions.Section);
        services.AddSingleton<IPostConfigureOptions<AgentOptions>, AgentDirectory>();
        services.TryAddSingleton<HostHeartbeats>();
        services.AddSingleton<AssignmentService>();
        services.AddSingleton<ReportService>();
        services.AddSingleton<IAgentLink, EmbeddedAgentLink>();
        services.AddChecked<AgentEndpointOptions>("ControlPlane:AgentEndpoint");
        services.AddSingleton<AssignedImages>();
        services.AddSingleton<AgentGate>();
        services.AddSingleton<AgentEndpoints>();
        services.AddSingleton<ServerCertificate>();
        services.AddSingleton<AgentDoor>();
        services.AddSingleton<EmbeddedAgents>();
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<EmbeddedAgents>());
        return builder;
    }

    private sealed class AgentDirectory(DataDirectory directory) : IPostConfigureOptions<AgentOptions>
    {
        public void PostConfigure(string? name, AgentOptions options)
        {
            if (options.VmsDirectory.Length == 0) { options.VmsDirectory = directory.Vms; }
        }
    }
}
