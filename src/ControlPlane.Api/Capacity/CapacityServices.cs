namespace ControlPlane.Api.Capacity;

/// <summary>Registers the counting of capacity.</summary>
public static class CapacityServices
{
    /// <summary>Registers it.</summary>
    public static WebApplicationBuilder AddCapacity(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CapacityService>();
        return builder;
    }
}
