using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Pools;
using FluentValidation;

namespace ControlPlane.Api.Allocations;

internal sealed class ReleaseResourcesValidator : AbstractValidator<ReleaseResources>
{
    public ReleaseResourcesValidator() => RuleFor(release => release).Custom((release, context) =>
    {
        if (release.Resources.Count == 0) { context.AddFailure("resources", "must name at least one class"); }
        context.Amounts("resources", release.Resources);
    });
}
