using ControlPlane.Api.Http;

namespace ControlPlane.Api.Retention;

/// <summary>Registers retention.</summary>
public static class RetentionServices
{
    /// <summary>Registers it.</summary>
    public static WebApplicationBuilder AddRetention(this WebApplicationBuilder builder)
    {
        builder.Services.AddChecked<RetentionOptions>("ControlPlane:Retention");
        builder.Services.AddSingleton<HistorySweep>();
        builder.Services.AddSingleton<RetentionSweep>();
        builder.Services.AddHostedService<RetentionService>();
        return builder;
    }
}
