using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Names;
using FluentValidation;

namespace ControlPlane.Api.Hosts.Joining;

internal sealed class CreateJoinTokenValidator : AbstractValidator<CreateJoinToken>
{
    public CreateJoinTokenValidator()
    {
        RuleFor(token => token.Name).Must(name => name is null || ResourceName.TryParse(name, out _)).WithMessage(WordRules.NameRule);
        RuleFor(token => token.ValiditySeconds).InclusiveBetween(60, 86_400).WithMessage("must be from 60 to 86400");
    }
}
