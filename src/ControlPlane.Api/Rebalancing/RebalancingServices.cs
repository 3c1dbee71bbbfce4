using ControlPlane.Api.Operations;
using ControlPlane.Api.Rebalancing.Executing;

namespace ControlPlane.Api.Rebalancing;

/// <summary>Registers rebalance plans.</summary>
public static class RebalancingServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddRebalancing(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RebalancePlanning>();
        builder.Services.AddSingleton<RebalanceService>();
        builder.Services.AddSingleton<PlanExecutionEntrance>();
        builder.Services.AddSingleton<PlanExecutionTurn>();
        // Made when a step first needs it: it answers with operations, and so needs every table first.
        builder.Services.AddSingleton(provider => new Lazy<PlanExecutionTurn>(provider.GetRequiredService<PlanExecutionTurn>));
        builder.Services.AddSingleton<IOperationTables, PlanExecutionTables>();
        return builder;
    }
}
