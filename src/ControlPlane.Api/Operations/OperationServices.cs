using ControlPlane.Api.Http;

namespace ControlPlane.Api.Operations;

/// <summary>Registers operations: each feature adds its own tables.</summary>
public static class OperationServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddOperations(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<OperationOptions>("ControlPlane:Operations");
        services.AddSingleton<OperationTables>();
        services.AddSingleton<OperationBell>();
        services.AddSingleton<Replica>();
        services.AddHostedService(provider => provider.GetRequiredService<Replica>());
        services.AddSingleton<OperationWorker>();
        services.AddSingleton<OperationRunner>();
        services.AddSingleton<OperationStarter>();
        services.AddSingleton<OperationService>();
        return builder;
    }
}
