using ControlPlane.Api.Http;

namespace ControlPlane.Api.Persistence;

/// <summary>Registers the store.</summary>
public static class PersistenceServices
{
    /// <summary>Registers it on a directory that has been taken.</summary>
    public static WebApplicationBuilder AddStore(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<StoreOptions>("ControlPlane:Store");
        services.AddSingleton(_ => DataDirectory.Take(builder.Configuration["ControlPlane:DataDirectory"]));
        services.AddSingleton(StoreChoice.Of);
        services.AddSingleton<Store>();
        services.AddSingleton<Duties>();
        services.AddSingleton<Mutations>();
        services.AddHostedService<ChangeFollower>();
        return builder;
    }
}
