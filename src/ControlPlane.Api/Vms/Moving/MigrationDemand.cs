using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>What a VM that leaves its host looks for.</summary>
internal static class MigrationDemand
{
    /// <summary>The demand.</summary>
    /// <param name="vm">The VM, on a host.</param>
    /// <param name="algorithm">How it goes: what runs on needs the machine that it was started on.</param>
    /// <param name="chain">Its pool and its parents.</param>
    /// <param name="fleet">The fleet it stands in.</param>
    /// <param name="group">Its affinity group, or null.</param>
    internal static Demand Of(Vm vm, MigrationAlgorithm algorithm, IReadOnlyList<Pool> chain, FleetSnapshot fleet, AffinityGroup? group)
    {
        var source = fleet.Find(vm.Host!.Value);
        var simulated = source?.Driver == HostDriver.Simulated;
        var demand = VmDemands.Of(vm.Spec, chain, fleet, group) with
        {
            Resources = vm.Holds, WithoutImage = simulated, RealHostOnly = !simulated,
            Leaving = new(vm.Host.Value, Occupant.Of(vm.Project, vm.Pool, vm.Spec, vm.CreateTime)),
        };
        return algorithm == MigrationAlgorithm.Cold || vm.Engine is not { } engine || source is null ? demand : demand with
        {
            Engine = engine == EngineKind.Hardware ? EngineChoice.Hardware : EngineChoice.Software,
            Machine = source.Engines.FirstOrDefault(each => each.Kind == engine) is { } there ? new(engine, there.Machine) : null,
            // A guest on the host's own CPU may have seen all that it has.
            CpuFeatures = engine == EngineKind.Hardware
                ? [.. demand.CpuFeatures.Union(source.Platform.CpuFeatures)] : demand.CpuFeatures,
        };
    }
}
