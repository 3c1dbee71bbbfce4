using ControlPlane.Api.Hosts;
using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Reservations;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Names;
using ControlPlane.Core.Reservations;
using FluentValidation;

namespace ControlPlane.Api.Reservations;

internal sealed class CreateReservationValidator : AbstractValidator<CreateReservation>
{
    private const int MaxItems = 100;
    private const int MaxHoldSeconds = 366 * 24 * 60 * 60;

    private static readonly string countRule = $"must be between 1 and {Reservation.MaxSlots}";

    public CreateReservationValidator()
    {
        RuleFor(body => body.Name).Must(name => ResourceName.TryParse(name, out _)).WithMessage(WordRules.NameRule);
        RuleFor(body => body.Pool).NotEmpty().WithMessage("must be a pool's id or name");
        RuleFor(body => body.ExpireTime).Must((body, end) => (end is null) != (body.HoldSeconds is null))
            .WithMessage("must be given, or holdSeconds instead, and not both");
        RuleFor(body => body.HoldSeconds).Must(seconds => seconds is null or (>= 1 and <= MaxHoldSeconds))
            .WithMessage($"must be between 1 and {MaxHoldSeconds}, which are 366 days");
        RuleFor(body => body.Count).Must(count => count is null or (>= 1 and <= Reservation.MaxSlots)).WithMessage(countRule);
        RuleFor(body => body.Spec).Must((body, spec) => (spec is null) != (body.Items.Count == 0))
            .WithMessage("must stand here or in items, and not in both");
        RuleFor(body => body.Count).Must((body, count) => count is null || body.Items.Count == 0)
            .WithMessage("goes with spec; in items each has its own");
        RuleFor(body => body.Items).Must(items => items.Count <= MaxItems).WithMessage($"must be at most {MaxItems}");
        RuleFor(body => body.Items).Must(items => items.Sum(item => (long)item.Count) <= Reservation.MaxSlots)
            .WithMessage($"must be for at most {Reservation.MaxSlots} VMs in sum");
        RuleForEach(body => body.Items).ChildRules(item =>
        {
            item.RuleFor(each => each.Count).InclusiveBetween(1, Reservation.MaxSlots).WithMessage(countRule);
            item.RuleFor(each => each.Spec).SetValidator(new VmSpecValidator());
            item.RuleFor(each => each.Spec).Custom((spec, context) => CheckHeld(context.PropertyPath, spec, context.AddFailure));
        });
        When(body => body.Spec is not null, () =>
        {
            RuleFor(body => body.Spec!).SetValidator(new VmSpecValidator());
            RuleFor(body => body.Spec!).Custom((spec, context) => CheckHeld(context.PropertyPath, spec, context.AddFailure));
        });
    }

    // What is said of the guest or of other room means nothing for room that is held.
    private static void CheckHeld(string path, VmSpecDocument spec, Action<string, string> fault)
    {
        if (spec.CloudInit is not null) { fault($"{path}.cloudInit", "must be null: it goes with the create that takes the room"); }
        if (spec.Placement.Reservation is not null) { fault($"{path}.placement.reservation", "must be null: this is the reservation"); }
        if (spec.Placement.OnNoCapacity != "FAIL") { fault($"{path}.placement.onNoCapacity", "must be FAIL: a reservation does not wait"); }
    }
}
