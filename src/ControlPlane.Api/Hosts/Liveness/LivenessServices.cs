using ControlPlane.Api.Http;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>How hosts with agents of their own live.</summary>
internal static class LivenessServices
{
    /// <summary>Registers it.</summary>
    internal static IServiceCollection AddLiveness(this IServiceCollection services)
    {
        services.AddChecked<LeaseOptions>("ControlPlane:Lease");
        services.AddSingleton<RenewalDesk>();
        services.AddHostedService(provider => provider.GetRequiredService<RenewalDesk>());
        services.AddSingleton<LeaseService>();
        services.AddChecked<HostLossOptions>("ControlPlane:HostLoss");
        services.AddSingleton<FleetBrake>();
        services.AddSingleton<HostWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<HostWatch>());
        return services;
    }
}
