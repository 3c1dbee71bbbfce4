using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Names;
using FluentValidation;

namespace ControlPlane.Api.Pools;

internal sealed class CreatePoolValidator : AbstractValidator<CreatePool>
{
    public CreatePoolValidator()
    {
        RuleFor(pool => pool.Name).Must(name => ResourceName.TryParse(name, out _)).WithMessage(WordRules.NameRule);
        RuleFor(pool => pool).Custom((pool, context) =>
        {
            context.Limits("limits", pool.Limits);
            context.Zone("hostSelector.zone", pool.HostSelector.Zone);
            context.Labels("hostSelector.labels", pool.HostSelector.Labels);
            context.Labels("labels", pool.Labels);
        });
    }
}
