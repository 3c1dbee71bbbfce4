using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Flavors;
using FluentValidation;

namespace ControlPlane.Api.Flavors;

internal sealed class PatchableFlavorValidator : AbstractValidator<PatchableFlavor>
{
    public PatchableFlavorValidator() => RuleFor(flavor => flavor).Custom((flavor, context) =>
    {
        context.Shape(flavor);
        context.Labels("labels", flavor.Labels);
    });
}
