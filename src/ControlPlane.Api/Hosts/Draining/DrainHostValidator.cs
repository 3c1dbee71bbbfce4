using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts.Draining;
using ControlPlane.Core.Vms.Moving;
using FluentValidation;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>The shape of a request to empty a host.</summary>
public sealed class DrainHostValidator : AbstractValidator<DrainHost>
{
    private const int MaxPolicies = 1_000;
    private const string PolicySentence = "must be LIVE, COLD, STOP or REFUSE";

    /// <summary>The rules.</summary>
    public DrainHostValidator()
    {
        RuleFor(body => body.Policy).Must(IsPolicy).WithMessage(PolicySentence);
        RuleFor(body => body.Policies).Must(policies => policies.Count <= MaxPolicies).WithMessage($"must name at most {MaxPolicies} VMs");
        RuleFor(body => body.Policies).Must(policies => policies.Values.All(IsPolicy)).WithMessage($"{PolicySentence} for each VM");
        RuleFor(body => body.Algorithm)
            .Must(word => Words.TryParse<MigrationAlgorithm>(word, out var algorithm) && algorithm != MigrationAlgorithm.Cold)
            .WithMessage("must be PRE_COPY, POST_COPY or HYBRID; what is to be off goes by the policy COLD");
        RuleFor(body => body.Parallelism).InclusiveBetween(1, 16).WithMessage("must be between 1 and 16");
        RuleFor(body => body.DeadlineSeconds).InclusiveBetween(10, 604_800).WithMessage("must be between 10 and 604800 seconds");
    }

    private static bool IsPolicy(string word) => Words.TryParse<DrainPolicy>(word, out _);
}
