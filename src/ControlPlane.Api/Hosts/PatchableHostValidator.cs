using ControlPlane.Contracts.Hosts;
using FluentValidation;

namespace ControlPlane.Api.Hosts;

internal sealed class PatchableHostValidator : AbstractValidator<PatchableHost>
{
    public PatchableHostValidator() => RuleFor(host => host).Custom((host, context) =>
    {
        context.Zone("zone", host.Zone);
        context.Labels("labels", host.Labels);
        context.Traits("traits", host.Traits);
        context.Capacity("capacity", host.Capacity);
        context.Simulation("simulation", host.Simulation);
    });
}
