using FluentValidation;

namespace ControlPlane.Api.Tests.Http;

internal sealed class CrateValidator : AbstractValidator<Crate>
{
    public CrateValidator()
    {
        RuleFor(crate => crate.Name).NotEmpty().MaximumLength(10);
        RuleFor(crate => crate.Spec.Count).GreaterThan(0);
        RuleForEach(crate => crate.Items).ChildRules(item => item.RuleFor(i => i.Title).NotEqual("bad").WithMessage("is bad"));
    }
}
