using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Flavors;
using ControlPlane.Core.Names;
using FluentValidation;

namespace ControlPlane.Api.Flavors;

internal sealed class CreateFlavorValidator : AbstractValidator<CreateFlavor>
{
    public CreateFlavorValidator()
    {
        RuleFor(flavor => flavor.Name).Must(name => ResourceName.TryParse(name, out _)).WithMessage(WordRules.NameRule);
        RuleFor(flavor => flavor).Custom((flavor, context) =>
        {
            context.Shape(FlavorView.Patchable(flavor));
            context.Labels("labels", flavor.Labels);
        });
    }
}
