using ControlPlane.Contracts.Rebalancing;
using ControlPlane.Core.Resources;
using FluentValidation;

namespace ControlPlane.Api.Rebalancing;

/// <summary>The shape of a wish for a plan.</summary>
public sealed class CreateRebalancePlanValidator : AbstractValidator<CreateRebalancePlan>
{
    private const int MostMoves = 1_000;

    /// <summary>The rules.</summary>
    public CreateRebalancePlanValidator()
    {
        RuleFor(plan => plan.MaxMoves).InclusiveBetween(1, MostMoves).WithMessage($"must be between 1 and {MostMoves}");
        RuleFor(plan => plan.MinGain).Must(gain => gain is >= 0 and <= MostMoves)
            .WithMessage($"must be between 0 and {MostMoves}: what each move takes off the score, for BALANCE a share and else a count");
        RuleFor(plan => plan.MaxCostMiB).Must(cost => cost is null or (>= 0 and <= ResourceVector.MaxAmount))
            .WithMessage($"must be null or between 0 and {ResourceVector.MaxAmount} MiB");
    }
}
