using ControlPlane.Api.Hosts.Joining;
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
        services.AddSingleton<EngineService>();
        services.AddSingleton<EngineSwitch>();
        services.AddSingleton<EngineOperationTables>();
        services.AddSingleton<IOperationTables>(provider => provider.GetRequiredService<EngineOperationTables>());
        return builder;
    }
}
