using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Capacity;
using FluentValidation;

namespace ControlPlane.Api.Capacity;

internal sealed class FitCapacityValidator : AbstractValidator<FitCapacity>
{
    internal const int MaxShapes = 32;
    private const int MaxLost = 16;

    public FitCapacityValidator()
    {
        RuleFor(body => body.Pool).NotEmpty().WithMessage("must be a pool's id or name");
        RuleFor(body => body.Spec!).SetValidator(new VmSpecValidator()).When(body => body.Spec is not null);
        RuleFor(body => body.Shapes).Must(IsShort).WithMessage($"must have at most {MaxShapes} shapes");
        RuleForEach(body => body.Shapes).SetValidator(new VmSpecValidator()).When(body => IsShort(body.Shapes));
        RuleFor(body => body.Lose).InclusiveBetween(0, MaxLost).WithMessage($"must be between 0 and {MaxLost} hosts");
        RuleFor(body => body).Custom((body, context) =>
        {
            var count = (body.Spec is null ? 0 : 1) + body.Flavors.Count + body.Shapes.Count;
            if (count == 0) { context.AddFailure("spec", "is needed, or flavors, or shapes: what shall be counted"); }
            if (count > MaxShapes) { context.AddFailure("flavors", $"must have, with spec and shapes, at most {MaxShapes} shapes"); }
        });
    }

    private static bool IsShort<T>(IReadOnlyList<T> shapes) => shapes.Count <= MaxShapes;
}
