namespace ControlPlane.Api.Allocations;

/// <summary>Registers allocations.</summary>
public static class AllocationServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddAllocations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AllocationService>();
        builder.Services.AddSingleton<AllocationDesk>();
        builder.Services.AddSingleton<AllocationReturns>();
        return builder;
    }
}
