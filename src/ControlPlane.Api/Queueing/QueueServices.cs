using ControlPlane.Api.Http;

namespace ControlPlane.Api.Queueing;

/// <summary>Registers the queue of creates that wait for room.</summary>
public static class QueueServices
{
    /// <summary>Registers it.</summary>
    public static WebApplicationBuilder AddQueue(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<QueueOptions>("ControlPlane:Queue");
        services.AddSingleton<QueueEntrance>();
        services.AddSingleton<QueueKeep>();
        services.AddSingleton<QueueScan>();
        services.AddSingleton<QueueService>();
        services.AddSingleton<QueueReader>();
        services.AddSingleton<QueueDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<QueueDispatcher>());
        return builder;
    }
}
