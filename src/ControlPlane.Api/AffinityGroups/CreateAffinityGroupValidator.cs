using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.AffinityGroups;
using ControlPlane.Core.Names;
using FluentValidation;

namespace ControlPlane.Api.AffinityGroups;

internal sealed class CreateAffinityGroupValidator : AbstractValidator<CreateAffinityGroup>
{
    public CreateAffinityGroupValidator()
    {
        RuleFor(group => group.Name).Must(name => ResourceName.TryParse(name, out _)).WithMessage(WordRules.NameRule);
        RuleFor(group => group.Policy).Policy();
        RuleFor(group => group.Strictness).Strictness();
        RuleFor(group => group.Scope).Scope();
        RuleFor(group => group).Custom((group, context) => context.Labels("labels", group.Labels));
    }
}
