using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Pools;
using FluentValidation;

namespace ControlPlane.Api.Allocations;

internal sealed class CreateAllocationValidator : AbstractValidator<CreateAllocation>
{
    private const int MaxOwnerLength = 128;

    public CreateAllocationValidator()
    {
        RuleFor(wanted => wanted.Owner).Must(owner => owner.Length is > 0 and <= MaxOwnerLength && WordRules.IsPlain(owner))
            .WithMessage($"must have 1 to {MaxOwnerLength} characters, none of them a control character");
        RuleFor(wanted => wanted.Owner).Must(owner => !owner.StartsWith("vms/", StringComparison.Ordinal))
            .WithMessage("must not begin with vms/, which is how the claims of VMs are owned");
        RuleFor(wanted => wanted.Owner).Must(owner => !owner.StartsWith("reservations/", StringComparison.Ordinal))
            .WithMessage("must not begin with reservations/, which is how the slots of reservations are owned");
        RuleFor(wanted => wanted).Custom((wanted, context) =>
        {
            if (wanted.Resources.Count == 0) { context.AddFailure("resources", "must name at least one class"); }
            context.Amounts("resources", wanted.Resources);
            if (wanted.Placement is not { } placement) { return; }
            context.Zone("placement.zone", placement.Zone);
            context.Labels("placement.hostLabels", placement.HostLabels);
            context.Traits("placement.requiredTraits", placement.RequiredTraits);
            context.Traits("placement.forbiddenTraits", placement.ForbiddenTraits);
            if (placement.OnNoCapacity != "FAIL") { context.AddFailure("placement.onNoCapacity", "must be FAIL: only VMs wait"); }
            if (placement.Reservation is not null) { context.AddFailure("placement.reservation", "is for VMs; leave it out"); }
            if (placement.ExpectedLifetimeSeconds is not null || placement.Algorithm == "LIFETIME_AWARE")
            {
                context.AddFailure("placement.expectedLifetimeSeconds", "is for VMs, as LIFETIME_AWARE is; leave both out");
            }
            context.Traits("placement.cpuFeatures", placement.CpuFeatures);
            if (placement.Numa is not null) { context.AddFailure("placement.numa", "is for VMs: an allocation floats on its host"); }
            if (placement.AffinityGroup is not null) { context.AddFailure("placement.affinityGroup", "is for VMs; leave it out"); }
            if (placement.Spread is not null) { context.AddFailure("placement.spread", "is for VMs; leave it out"); }
        });
    }
}
