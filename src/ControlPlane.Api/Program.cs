using ControlPlane.Api;
using ControlPlane.Api.Agents;
using ControlPlane.Api.Allocations;
using ControlPlane.Api.Events;
using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Api.Images;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Reports;
using ControlPlane.Api.Retention;
using ControlPlane.Api.Vms;

return await StartupFaults.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Host.UseSystemd();
    builder.AddHttp();
    builder.AddStore();
    builder.AddOperations();
    builder.AddPlacements();
    builder.AddHosts();
    builder.AddPools();
    builder.AddAllocations();
    builder.AddImages();
    builder.AddEvents();
    builder.AddReports();
    builder.AddRetention();
    builder.AddVms();
    builder.AddAgents();
    builder.AddService();

    var app = builder.Build();
    app.UseHttp();
    var v1 = app.MapV1();
    v1.MapHosts();
    v1.MapPools();
    v1.MapAllocations();
    v1.MapImages();
    v1.MapVms();
    v1.MapConsole();
    v1.MapOperations();
    v1.MapPlacements();
    v1.MapEvents();
    v1.MapReports();
    await app.RunAsync();
});
