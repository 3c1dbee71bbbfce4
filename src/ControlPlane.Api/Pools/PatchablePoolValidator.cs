using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Pools;
using FluentValidation;

namespace ControlPlane.Api.Pools;

internal sealed class PatchablePoolValidator : AbstractValidator<PatchablePool>
{
    public PatchablePoolValidator() => RuleFor(pool => pool).Custom((pool, context) =>
    {
        context.Limits("limits", pool.Limits);
        context.Zone("hostSelector.zone", pool.HostSelector.Zone);
        context.Labels("hostSelector.labels", pool.HostSelector.Labels);
        context.Labels("labels", pool.Labels);
    });
}
