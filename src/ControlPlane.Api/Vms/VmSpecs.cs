using ControlPlane.Contracts.Vms;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Images;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Api.Vms;

/// <summary>Reads a validated spec into the domain's.</summary>
internal static class VmSpecs
{
    private const int DefaultQueueSeconds = 3_600;

    /// <summary>The spec, with the image and the group found and the pool's algorithm where it names none.</summary>
    internal static VmSpec Of(
        VmSpecDocument document, ImageId? image, AffinityGroupId? group, PlacementAlgorithm defaultAlgorithm) => new()
    {
        Vcpus = Known(document.Vcpus),
        MemoryMiB = Known(document.MemoryMiB),
        DiskGiB = document.DiskGiB ?? 1,
        ExtraResources = Amounts(document.ExtraResources),
        Engine = Words.Parse<EngineChoice>(document.Engine),
        Image = image,
        CloudInit = document.CloudInit is { } seed ? new(seed.UserData, seed.MetaData, seed.NetworkConfig) : null,
        Placement = new()
        {
            Algorithm = document.Placement.Algorithm is { } word ? Words.Parse<PlacementAlgorithm>(word)
                : document.Placement.ExpectedLifetimeSeconds is null ? defaultAlgorithm : PlacementAlgorithm.LifetimeAware,
            ExpectedLifetimeSeconds = document.Placement.ExpectedLifetimeSeconds,
            Zone = document.Placement.Zone,
            HostLabels = document.Placement.HostLabels,
            RequiredTraits = document.Placement.RequiredTraits,
            NumaNodes = document.Placement.Numa?.Nodes ?? 0,
            CpuFeatures = document.Placement.CpuFeatures,
            ForbiddenTraits = document.Placement.ForbiddenTraits,
            QueueSeconds = document.Placement.OnNoCapacity == "QUEUE"
                ? document.Placement.QueueDeadlineSeconds ?? DefaultQueueSeconds : null,
            Reservation = ReservationId.TryParse(document.Placement.Reservation, out var reservation) ? reservation : null,
            AffinityGroup = group,
            Priority = document.Placement.Priority,
            Spread = document.Placement.Spread is { } spread
                ? new(FailureDomain.Parse(spread.Over), spread.MaxSkew, Words.Parse<Strictness>(spread.Mode)) : null,
        },
        Isolation = Words.Parse<IsolationLevel>(document.Isolation.Level),
        Preemptible = document.Preemptible,
        RestartPolicy = Words.Parse<RestartPolicy>(document.RestartPolicy),
        OnHostLoss = Words.Parse<LossPolicy>(document.OnHostLoss),
        DesiredState = Words.Parse<DesiredState>(document.DesiredState),
    };

    /// <summary>All amounts together, of a spec that has them.</summary>
    internal static ResourceVector Demand(VmSpecDocument document) => Amounts(document.ExtraResources).Plus(ResourceVector.Of(
        (ResourceClass.Vcpu, Known(document.Vcpus)), (ResourceClass.MemoryMiB, Known(document.MemoryMiB)),
        (ResourceClass.DiskGiB, document.DiskGiB ?? 1)));

    // The validator asks for it where no flavor gives it.
    private static T Known<T>(T? amount)
        where T : struct => amount ?? throw new InvalidOperationException("a spec without its amounts");

    private static ResourceVector Amounts(IReadOnlyDictionary<string, long> amounts) =>
        ResourceVector.Of(amounts.Select(pair => KeyValuePair.Create(ResourceClass.Parse(pair.Key), pair.Value)));
}
