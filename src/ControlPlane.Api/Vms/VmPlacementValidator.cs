using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Names;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Scheduling;
using FluentValidation;

namespace ControlPlane.Api.Vms;

/// <summary>The shape of what is said of a place.</summary>
public sealed class VmPlacementValidator : AbstractValidator<VmPlacement>
{
    private const long MaxLifetimeSeconds = 10L * 365 * 24 * 60 * 60;
    private const int MaxQueueSeconds = 7 * 24 * 60 * 60;

    /// <summary>The rules.</summary>
    public VmPlacementValidator()
    {
        RuleFor(placement => placement.Algorithm).Must(word => word is null || Words.TryParse<PlacementAlgorithm>(word, out _))
            .WithMessage("must be FIRST_FIT, BEST_FIT, WORST_FIT, BALANCED, LIFETIME_AWARE or RANDOM");
        RuleFor(placement => placement.Algorithm).NotEqual("LIFETIME_AWARE").When(placement => placement.ExpectedLifetimeSeconds is null)
            .WithMessage("LIFETIME_AWARE needs placement.expectedLifetimeSeconds: give it, or choose another algorithm");
        RuleFor(placement => placement.ExpectedLifetimeSeconds).InclusiveBetween(1, MaxLifetimeSeconds)
            .WithMessage("must be between 1 and 315360000, which is ten years");
        RuleFor(placement => placement.Zone).MaximumLength(63).WithMessage("must be at most 63 characters");
        RuleFor(placement => placement.HostLabels).Must(labels => labels.Count <= 64).WithMessage("must have at most 64 labels");
        RuleFor(placement => placement.RequiredTraits).Must(traits => traits.Count <= 64).WithMessage("must have at most 64 traits");
        RuleFor(placement => placement.Numa!.Nodes).InclusiveBetween(1, 2).When(placement => placement.Numa is not null)
            .WithMessage("must be 1 (within one node) or 2 (half in each of two nodes)");
        RuleFor(placement => placement).Custom((placement, context) => context.Traits("cpuFeatures", placement.CpuFeatures));
        RuleFor(placement => placement.ForbiddenTraits).Must(traits => traits.Count <= 64).WithMessage("must have at most 64 traits");
        RuleFor(placement => placement.AffinityGroup).NotEqual("").WithMessage("must be an affinity group's id or name, or null");
        RuleFor(placement => placement.Spread!.Over)
            .Must(text => FailureDomain.TryParse(text, out var domain) && domain != FailureDomain.Host)
            .When(placement => placement.Spread is not null)
            .WithMessage("must be ZONE, or label: and a key; for hosts take an affinity group with the policy ANTI_AFFINITY");
        RuleFor(placement => placement.Spread!.MaxSkew).InclusiveBetween(1, 1000).When(placement => placement.Spread is not null)
            .WithMessage("must be between 1 and 1000");
        RuleFor(placement => placement.Spread!.Mode).Must(word => Words.TryParse<Strictness>(word, out _))
            .When(placement => placement.Spread is not null).WithMessage("must be HARD or SOFT");
        RuleFor(placement => placement.Reservation)
            .Must(text => text is null || ReservationId.TryParse(text, out _) || ResourceName.TryParse(text, out _))
            .WithMessage("must be a reservation's id or name");
        RuleFor(placement => placement.Priority).InclusiveBetween(0, 1000).WithMessage("must be between 0 and 1000");
        RuleFor(placement => placement.OnNoCapacity).Must(word => word is "FAIL" or "QUEUE").WithMessage("must be FAIL or QUEUE");
        RuleFor(placement => placement.OnNoCapacity).Must((placement, word) => word != "QUEUE" || placement.Reservation is null)
            .WithMessage("must be FAIL with a reservation: the room is held already");
        RuleFor(placement => placement.QueueDeadlineSeconds).Must(seconds => seconds is null or (>= 1 and <= MaxQueueSeconds))
            .WithMessage($"must be between 1 and {MaxQueueSeconds}");
        RuleFor(placement => placement.QueueDeadlineSeconds)
            .Must((placement, seconds) => seconds is null || placement.OnNoCapacity == "QUEUE")
            .WithMessage("goes with onNoCapacity QUEUE");
    }
}
