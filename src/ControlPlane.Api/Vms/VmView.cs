using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>A VM as the client reads it.</summary>
public static class VmView
{
    /// <summary>Maps it.</summary>
    public static VmResource Of(Vm vm) => new()
    {
        Id = vm.Id.ToString(),
        Name = vm.Name.ToString(),
        Project = vm.Project,
        Pool = vm.Pool.ToString(),
        Spec = Spec(vm.Spec),
        Status = Status(vm),
        Placement = vm.Placement?.ToString(),
        Etag = Answers.Etag(vm.Version),
        CreateTime = vm.CreateTime,
        UpdateTime = vm.UpdateTime,
    };

    /// <summary>What is wanted, as the client wrote it.</summary>
    public static VmSpecDocument Spec(VmSpec spec) => new()
    {
        Vcpus = spec.Vcpus,
        MemoryMiB = spec.MemoryMiB,
        DiskGiB = spec.DiskGiB,
        ExtraResources = spec.ExtraResources.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        Engine = Words.Of(spec.Engine),
        Image = spec.Image?.ToString(),
        CloudInit = spec.CloudInit is { } seed
            ? new VmCloudInit { UserData = seed.UserData, MetaData = seed.MetaData, NetworkConfig = seed.NetworkConfig } : null,
        Placement = new VmPlacement
        {
            Algorithm = Words.Of(spec.Placement.Algorithm), Zone = spec.Placement.Zone,
            HostLabels = spec.Placement.HostLabels, RequiredTraits = spec.Placement.RequiredTraits,
            ForbiddenTraits = spec.Placement.ForbiddenTraits, AffinityGroup = spec.Placement.AffinityGroup?.ToString(),
            Reservation = spec.Placement.Reservation?.ToString(),
            Priority = spec.Placement.Priority,
            CpuFeatures = spec.Placement.CpuFeatures,
            ExpectedLifetimeSeconds = spec.Placement.ExpectedLifetimeSeconds,
            Numa = spec.Placement.NumaNodes > 0 ? new VmNuma { Nodes = spec.Placement.NumaNodes } : null,
            Spread = spec.Placement.Spread is { } spread
                ? new VmSpread { Over = spread.Over.ToString(), MaxSkew = spread.MaxSkew, Mode = Words.Of(spread.Mode) } : null,
            OnNoCapacity = spec.Placement.QueueSeconds is null ? "FAIL" : "QUEUE", QueueDeadlineSeconds = spec.Placement.QueueSeconds,
        },
        Isolation = new VmIsolation { Level = Words.Of(spec.Isolation) },
        Preemptible = spec.Preemptible,
        RestartPolicy = Words.Of(spec.RestartPolicy),
        OnHostLoss = Words.Of(spec.OnHostLoss),
        DesiredState = Words.Of(spec.DesiredState),
    };

    private static VmStatus Status(Vm vm) => new()
    {
        State = Words.Of(vm.State),
        Host = vm.Host?.ToString(),
        Engine = Words.Of(vm.Engine),
        NumaNodes = vm.Seat?.Nodes ?? [],
        Incarnation = vm.Incarnation,
        Allocations = [.. vm.Holds.Select(pair => new VmAmount { Resource = pair.Key.ToString(), Amount = pair.Value })],
        Isolation = new VmIsolationStatus
        {
            Level = Words.Of(vm.Spec.Isolation), Degree = IsolationDegree.Of(vm.IsolationControls), Controls = vm.IsolationControls,
        },
        CurrentOperation = vm.Operation?.ToString(),
        Restarts = vm.Restarts,
        StartedAt = vm.StartedAt,
        ProcessId = vm.ProcessId,
        Conditions = ConditionView.Of(Conditions(vm)),
    };

    // Why the host could not do what it was told last, and for whom it was stopped, beside what the host tells by itself.
    private static IReadOnlyList<Condition> Conditions(Vm vm)
    {
        var conditions = vm.Conditions;
        if (vm.Failure is { } failure)
        {
            var reason = vm.FailureReason ?? "HostFailure";
            conditions = Condition.With(conditions, new("Faulted", ConditionStatus.True, reason, failure, vm.UpdateTime));
        }
        if (vm.Lost is { } lost)
        {
            conditions = Condition.With(conditions,
                new("HostLost", ConditionStatus.True, lost.Verdict.ToString(), lost.Message, lost.Time));
        }
        if (vm.Preempted is not { } gone) { return conditions; }
        var words = $"Stopped to make room for VM '{gone.Name}' ({gone.By}) of priority {gone.Priority}: it keeps its disk and has given "
            + $"back the rest. When there is room again, POST /v1/vms/{vm.Name}/start takes it.";
        return Condition.With(conditions, new("Preempted", ConditionStatus.True, "MadeRoom", words, gone.Time));
    }
}
