using ControlPlane.Api.Access;
using ControlPlane.Api.AffinityGroups;
using ControlPlane.Api.Agents;
using ControlPlane.Api.Agents.Remote;
using ControlPlane.Api.Allocations;
using ControlPlane.Api.Capacity;
using ControlPlane.Api.Events;
using ControlPlane.Api.Flavors;
using ControlPlane.Api.Health;
using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Api.Images;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Queueing;
using ControlPlane.Api.Rebalancing;
using ControlPlane.Api.Reports;
using ControlPlane.Api.Reservations;
using ControlPlane.Api.Retention;
using ControlPlane.Api.Vms;

namespace ControlPlane.Api;

/// <summary>The service's parts, and what runs besides answering requests.</summary>
public static class Hosting
{
    // Who reads settings again watches all files below the folder it was started in: where that holds the data, each write to the store's
    // file would be told of.
    private const string SettingsAreReadOnce = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>All parts of the service, with settings from files, the environment and the command line.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder([SettingsAreReadOnce, .. args]);
        builder.Host.UseSystemd();
        builder.AddHttp();
        builder.AddStore();
        builder.AddOperations();
        builder.AddPlacements();
        builder.AddHosts();
        builder.AddPools();
        builder.AddAllocations();
        builder.AddReservations();
        builder.AddRebalancing();
        builder.AddAffinityGroups();
        builder.AddCapacity();
        builder.AddFlavors();
        builder.AddImages();
        builder.AddEvents();
        builder.AddReports();
        builder.AddRetention();
        builder.AddVms();
        builder.AddQueue();
        builder.AddAgents();
        builder.AddService();
        return builder;
    }

    // In the order it begins.
    private static void AddService(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<TokenDirectory>();
        services.AddSingleton<ITokenDirectory>(provider => provider.GetRequiredService<TokenDirectory>());
        services.AddSingleton<Opening>();
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<Opening>());
        services.AddHostedService(provider => provider.GetRequiredService<Opening>());
        services.AddHostedService(provider => provider.GetRequiredService<OperationRunner>());
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedAgents>());
        services.AddHostedService(provider => provider.GetRequiredService<AgentDoor>());
    }
}
