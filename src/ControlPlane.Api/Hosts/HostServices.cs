using ControlPlane.Api.Hosts.Draining;
using ControlPlane.Api.Hosts.Joining;
using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Hosts.Recovering;
using ControlPlane.Api.Operations;

namespace ControlPlane.Api.Hosts;

/// <summary>Registers hosts and their engines.</summary>
public static class HostServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddHosts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<HostHeartbeats>();
        services.AddSingleton<HostService>();
        services.AddSingleton<AuthorityService>();
        services.AddSingleton<JoinTokenService>();
        services.AddSingleton<HostJoining>();
        services.AddSingleton<HostCertificates>();
        services.AddLiveness();
        services.AddRecovering();
        services.AddSingleton<EngineService>();
        services.AddSingleton<EngineSwitch>();
        services.AddSingleton<EngineOperationTables>();
        services.AddSingleton<IOperationTables>(provider => provider.GetRequiredService<EngineOperationTables>());
        services.AddSingleton<DrainEntrance>();
        services.AddSingleton<DrainTurn>();
        // Made when a step first needs it: it answers with operations, and so needs every table first.
        services.AddSingleton(provider => new Lazy<DrainTurn>(provider.GetRequiredService<DrainTurn>));
        services.AddSingleton<IOperationTables, DrainTables>();
        return builder;
    }
}
