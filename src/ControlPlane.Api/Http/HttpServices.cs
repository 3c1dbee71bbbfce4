using ControlPlane.Api.Access;
using ControlPlane.Api.Http.Logging;
using ControlPlane.Api.Http.OpenApi;
using ControlPlane.Api.Metrics;
using FluentValidation;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>What the service needs to speak HTTP: limits, JSON, access, logs, metrics, the API document.</summary>
public static class HttpServices
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    public static WebApplicationBuilder AddHttp(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddChecked<HttpLimitsOptions>(HttpLimitsOptions.Section);
        services.ConfigureHttpJsonOptions(options => Wire.Apply(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddValidatorsFromAssembly(typeof(HttpServices).Assembly, ServiceLifetime.Singleton, includeInternalTypes: true);
        services.AddAccess();
        services.AddLimits();
        services.AddMeters();
        services.AddApiDocument();
        builder.AddLogs();
        builder.WebHost.ConfigureKestrel((_, kestrel) => kestrel.AddServerHeader = false);
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelLimits>();
        ListenOnThisMachineOnly(builder);
        return builder;
    }

    // Only where nobody said where to listen. In code, since a setting in appsettings would win over ASPNETCORE_URLS.
    private static void ListenOnThisMachineOnly(WebApplicationBuilder builder)
    {
        string[] told = ["urls", "http_ports", "https_ports"];
        var settings = builder.Configuration;
        if (told.All(key => string.IsNullOrEmpty(settings[key])) && !settings.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }
}
