namespace ControlPlane.Api.Placements;

/// <summary>Registers placements.</summary>
public static class PlacementServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddPlacements(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PlacementService>();
        return builder;
    }
}
