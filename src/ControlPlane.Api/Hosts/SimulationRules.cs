using ControlPlane.Contracts.Hosts;
using FluentValidation;

namespace ControlPlane.Api.Hosts;

/// <summary>Bounds of how a simulated host may behave.</summary>
internal static class SimulationRules
{
    private const int MaxLatencyMs = 600_000;

    internal static void Simulation<T>(this ValidationContext<T> context, string path, SimulationSettings? settings)
    {
        if (settings is null) { return; }
        context.Latency($"{path}.prepareLatencyMs", settings.PrepareLatencyMs);
        context.Latency($"{path}.startLatencyMs", settings.StartLatencyMs);
        context.Latency($"{path}.stopLatencyMs", settings.StopLatencyMs);
        context.Latency($"{path}.removeLatencyMs", settings.RemoveLatencyMs);
        context.Latency($"{path}.migrateLatencyMs", settings.MigrateLatencyMs);
        context.Rate($"{path}.migrateFaultRate", settings.MigrateFaultRate);
        context.Rate($"{path}.prepareFaultRate", settings.PrepareFaultRate);
        context.Rate($"{path}.startFaultRate", settings.StartFaultRate);
        context.Rate($"{path}.stopFaultRate", settings.StopFaultRate);
        context.Rate($"{path}.removeFaultRate", settings.RemoveFaultRate);
    }

    private static void Latency<T>(this ValidationContext<T> context, string path, int milliseconds)
    {
        if (milliseconds is < 0 or > MaxLatencyMs) { context.AddFailure(path, $"must be between 0 and {MaxLatencyMs}"); }
    }

    private static void Rate<T>(this ValidationContext<T> context, string path, double share)
    {
        if (!(share >= 0 && share <= 1)) { context.AddFailure(path, "must be between 0 and 1"); }
    }
}
