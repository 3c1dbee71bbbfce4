using ControlPlane.Contracts.Agents;

namespace ControlPlane.Api.Agents;

/// <summary>This machine's facts for a host that only simulates: its engines run nothing, so both are said to work.</summary>
internal static class SimulatedFacts
{
    internal static HostFacts Of(HostFacts found) => found with
    {
        Engines = [.. found.Engines.Select(engine => engine with
        {
            Proved = true, Reason = "Simulated", Message = "Simulated: no guest was run.",
            CpuModel = "simulated", MachineType = "simulated",
        })],
    };
}
