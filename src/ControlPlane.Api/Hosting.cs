using ControlPlane.Api.Access;
using ControlPlane.Api.Agents;
using ControlPlane.Api.Agents.Remote;
using ControlPlane.Api.Health;
using ControlPlane.Api.Operations;

namespace ControlPlane.Api;

/// <summary>What runs besides answering requests, in the order it begins.</summary>
public static class Hosting
{
    /// <summary>Registers it.</summary>
    public static WebApplicationBuilder AddService(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<TokenDirectory>();
        services.AddSingleton<ITokenDirectory>(provider => provider.GetRequiredService<TokenDirectory>());
        services.AddSingleton<Opening>();
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<Opening>());
        services.AddHostedService(provider => provider.GetRequiredService<Opening>());
        services.AddHostedService(provider => provider.GetRequiredService<OperationRunner>());
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedAgents>());
        services.AddHostedService(provider => provider.GetRequiredService<AgentDoor>());
        return builder;
    }
}
