using OpenTelemetry.Metrics;

namespace ControlPlane.Api.Metrics;

/// <summary>What /metrics shows: requests by route, method and status, the runtime, and the fleet.</summary>
internal static class MetricsSetup
{
    public static IServiceCollection AddMeters(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<FleetMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddMeter(FleetMetrics.MeterName)
            .AddView("aspnetcore.rate_limiting.request_lease.duration", MetricStreamConfiguration.Drop)
            .AddPrometheusExporter());
        return services;
    }

    public static IEndpointRouteBuilder MapMeters(this IEndpointRouteBuilder app)
    {
        // Made now, so that its gauges stand in the first scrape.
        app.ServiceProvider.GetRequiredService<FleetMetrics>();
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }
}
