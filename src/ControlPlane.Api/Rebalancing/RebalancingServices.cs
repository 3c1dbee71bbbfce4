namespace ControlPlane.Api.Rebalancing;

/// <summary>Registers rebalance plans.</summary>
public static class RebalancingServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddRebalancing(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RebalancePlanning>();
        builder.Services.AddSingleton<RebalanceService>();
        return builder;
    }
}
