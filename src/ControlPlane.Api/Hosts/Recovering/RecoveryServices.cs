using ControlPlane.Api.Operations;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>What becomes of a lost host's VMs.</summary>
internal static class RecoveryServices
{
    /// <summary>Registers it.</summary>
    internal static IServiceCollection AddRecovering(this IServiceCollection services)
    {
        services.AddSingleton<RecoveryStart>();
        services.AddSingleton<RecoveryTurn>();
        services.AddSingleton<RecoveryEntrance>();
        services.AddSingleton<IOperationTables, RecoveryTables>();
        return services;
    }
}
