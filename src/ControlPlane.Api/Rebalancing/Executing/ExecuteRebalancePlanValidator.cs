using ControlPlane.Contracts.Rebalancing;
using ControlPlane.Core.Vms.Moving;
using FluentValidation;

namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>The shape of a request to make a plan's moves.</summary>
public sealed class ExecuteRebalancePlanValidator : AbstractValidator<ExecuteRebalancePlan>
{
    /// <summary>The rules.</summary>
    public ExecuteRebalancePlanValidator()
    {
        RuleFor(body => body.OnStale).Must(word => Words.TryParse<OnStale>(word, out _)).WithMessage("must be STOP or SKIP");
        RuleFor(body => body.Parallelism).InclusiveBetween(1, 16).WithMessage("must be between 1 and 16");
        RuleFor(body => body.Algorithm).Must(word => Words.TryParse<MigrationAlgorithm>(word, out _))
            .WithMessage("must be COLD, PRE_COPY, POST_COPY or HYBRID");
        RuleFor(body => body.DeadlineSeconds).InclusiveBetween(1, 604_800).WithMessage("must be between 1 and 604800 seconds");
    }
}
