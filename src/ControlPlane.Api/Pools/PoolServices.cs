namespace ControlPlane.Api.Pools;

/// <summary>Registers pools.</summary>
public static class PoolServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddPools(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PoolService>();
        return builder;
    }
}
