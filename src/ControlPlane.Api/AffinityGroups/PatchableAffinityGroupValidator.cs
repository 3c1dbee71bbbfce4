using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.AffinityGroups;
using FluentValidation;

namespace ControlPlane.Api.AffinityGroups;

internal sealed class PatchableAffinityGroupValidator : AbstractValidator<PatchableAffinityGroup>
{
    public PatchableAffinityGroupValidator()
    {
        RuleFor(group => group.Policy).Policy();
        RuleFor(group => group.Strictness).Strictness();
        RuleFor(group => group.Scope).Scope();
        RuleFor(group => group).Custom((group, context) => context.Labels("labels", group.Labels));
    }
}
