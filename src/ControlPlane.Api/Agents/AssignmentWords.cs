using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Api.Agents;

/// <summary>What a host is told of a VM: the one it is on, the one it is on its way to, and one that must let it go.</summary>
internal static class AssignmentWords
{
    /// <summary>To the host that it is on.</summary>
    internal static VmAssignment Of(Vm vm, AssignedHost host, BootSource? boot) => Of(vm, host, vm.Engine ?? EngineKind.Software) with
    {
        Incarnation = vm.Incarnation,
        Power = AgentWords.Desired(vm.DesiredPower),
        StopMode = AgentWords.Mode(vm.StopMode),
        StopTimeoutSeconds = vm.StopTimeoutSeconds,
        ForceAfterTimeout = vm.ForceAfterTimeout,
        Boot = boot,
        LastObserved = AgentWords.Observed(vm.ObservedPower),
        LastObservedGeneration = vm.ObservedGeneration,
        LastMove = vm.Migration is { } move && vm.MigrationSight?.HandedOver == move.Generation ? MovePhase.HandedOver : MovePhase.None,
        Move = vm.Migration is { } migration ? Move(vm, migration, MoveRole.Source) : null,
    };

    /// <summary>To the host that it is on its way to: what it was started on elsewhere it finds here.</summary>
    internal static VmAssignment OfTarget(Vm vm, AssignedHost host, BootSource? boot)
    {
        var (migration, sight) = (vm.Migration!, vm.MigrationSight!);
        var words = Of(vm, host, migration.Engine);
        return words with
        {
            Incarnation = migration.Incarnation,
            Power = DesiredPower.Paused,
            CpuModel = migration.Machine?.CpuModel ?? words.CpuModel,
            MachineType = migration.Machine?.MachineType ?? words.MachineType,
            Boot = boot,
            LastObserved = sight.Listening is null ? ObservedPower.Absent : ObservedPower.Paused,
            LastObservedGeneration = sight.TargetGeneration,
            LastMove = sight.Loaded ? MovePhase.Loaded : sight.Listening is null ? MovePhase.None : MovePhase.Listening,
            Move = Move(vm, migration, MoveRole.Target),
        };
    }

    /// <summary>To a host that must not have it any more.</summary>
    internal static VmAssignment Of(Departure departure, AssignedHost? host) => new()
    {
        VmId = departure.Vm.ToString(), HostId = departure.Host.ToString(), Name = departure.Name, Uuid = departure.Vm.Value,
        Incarnation = departure.Incarnation, Generation = departure.Generation, Revision = departure.Revision, Power = DesiredPower.Absent,
        Departed = true, Engine = AgentWords.Engine(departure.Engine), CpuModel = "qemu64", MachineType = "q35", Vcpus = 1, MemoryMiB = 1,
        DiskGiB = 0, Simulation = SimulationOf(host),
        // It may be there or not: whoever keeps nothing over a restart takes it for gone.
        LastObserved = ObservedPower.Absent, LastObservedGeneration = 0,
    };

    private static VmAssignment Of(Vm vm, AssignedHost host, EngineKind kind)
    {
        var engine = host.Engines.FirstOrDefault(candidate => candidate.Kind == kind);
        return new()
        {
            VmId = vm.Id.ToString(),
            HostId = host.Id.ToString(),
            Name = vm.Name.ToString(),
            Uuid = vm.Id.Value,
            Incarnation = 0,
            Generation = vm.AssignmentGeneration,
            Revision = vm.AssignmentRevision,
            Power = DesiredPower.Absent,
            RebootCount = vm.RebootCount,
            RebootMode = AgentWords.Mode(vm.RebootMode),
            RestartRule = AgentWords.Rule(vm.Spec.RestartPolicy),
            OnHostLoss = AgentWords.Rule(vm.LossPolicy),
            Engine = AgentWords.Engine(kind),
            CpuModel = engine?.CpuModel ?? "qemu64",
            MachineType = engine?.MachineType ?? "q35",
            Vcpus = vm.Spec.Vcpus,
            MemoryMiB = vm.Spec.MemoryMiB,
            DiskGiB = vm.Spec.DiskGiB,
            CloudInit = vm.Spec.CloudInit is { } seed ? new CloudInitSeed(seed.UserData, seed.MetaData, seed.NetworkConfig) : null,
            Simulation = SimulationOf(host),
        };
    }

    private static Simulation? SimulationOf(AssignedHost? host) =>
        host?.Simulation is { } behaviour ? StoreJson.Read<Simulation>(behaviour) : null;

    private static VmMove Move(Vm vm, Migration migration, MoveRole role) => new()
    {
        Role = role,
        Algorithm = AgentWords.Algorithm(migration.Terms.Algorithm),
        PeerHostId = (role == MoveRole.Source ? migration.Target : vm.Host!.Value).ToString(),
        TargetIncarnation = migration.Incarnation,
        Ready = role == MoveRole.Source && migration.Ready is not null,
        MemoryAddress = role == MoveRole.Source ? migration.Ready?.MemoryAddress : null,
        DiskAddress = role == MoveRole.Source ? migration.Ready?.DiskAddress : null,
        SharedDisk = migration.SharedDisk,
        Tls = migration.Terms.Tls,
        BandwidthMiBPerSecond = migration.Terms.BandwidthMiBPerSecond,
        DowntimeLimitMs = migration.Terms.DowntimeLimitMs,
        AutoConverge = migration.Terms.AutoConverge,
        Channels = migration.Terms.Channels,
    };
}
