namespace ControlPlane.Api.Flavors;

/// <summary>Registers flavors.</summary>
public static class FlavorServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddFlavors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<FlavorService>();
        return builder;
    }
}
