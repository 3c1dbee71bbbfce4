using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Placements;
using FluentValidation;

namespace ControlPlane.Api.Placements;

/// <summary>The shape of a question about a placement.</summary>
public sealed class ExplainPlacementValidator : AbstractValidator<ExplainPlacement>
{
    /// <summary>The rules.</summary>
    public ExplainPlacementValidator()
    {
        RuleFor(body => body.Pool).NotEmpty().WithMessage("must be a pool's id or name");
        RuleFor(body => body.Spec).SetValidator(new VmSpecValidator());
    }
}
