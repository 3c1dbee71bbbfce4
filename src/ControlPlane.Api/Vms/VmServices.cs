using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Preemption;
using ControlPlane.Api.Vms.Batches;
using ControlPlane.Api.Vms.Moving;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Vms;

/// <summary>Registers VMs.</summary>
public static class VmServices
{
    /// <summary>Registers them, with a table for each kind of operation on them.</summary>
    public static WebApplicationBuilder AddVms(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<VmCreation>();
        services.AddSingleton<VmService>();
        services.AddSingleton<PreemptionEntrance>();
        services.AddSingleton<ReturnedRoom>();
        services.AddSingleton<VmOperationTables>();
        services.AddSingleton<IOperationTables>(provider => provider.GetRequiredService<VmOperationTables>());
        services.AddSingleton(provider => new Lazy<VmCreation>(provider.GetRequiredService<VmCreation>));
        services.AddSingleton<VmBatchService>();
        services.AddSingleton<MigrationEntrance>();
        services.AddSingleton<IOperationTables, MigrationTables>();
        services.AddChecked<MigrationOptions>("ControlPlane:Migrations");
        services.AddSingleton<IOperationTables, VmBatchTables>();
        return builder;
    }
}
