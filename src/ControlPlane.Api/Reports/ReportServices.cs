namespace ControlPlane.Api.Reports;

/// <summary>Registers reports and what feeds the fleet's metrics.</summary>
public static class ReportServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddReports(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ModelReportService>();
        builder.Services.AddHostedService<FleetGauges>();
        return builder;
    }
}
