using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Vms.Moving;
using FluentValidation;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>The shape of a request to move a VM.</summary>
public sealed class MigrateVmValidator : AbstractValidator<MigrateVm>
{
    /// <summary>The rules.</summary>
    public MigrateVmValidator()
    {
        RuleFor(body => body.Algorithm).Must(word => Words.TryParse<MigrationAlgorithm>(word, out _))
            .WithMessage("must be COLD, PRE_COPY, POST_COPY or HYBRID");
        RuleFor(body => body.BandwidthMiBPerSecond).InclusiveBetween(1, 1_000_000)
            .WithMessage("must be between 1 and 1000000 MiB per second, or null for no limit");
        RuleFor(body => body.DowntimeLimitMs).InclusiveBetween(1, 60_000).WithMessage("must be between 1 and 60000 milliseconds");
        RuleFor(body => body.Channels).InclusiveBetween(1, 16).WithMessage("must be between 1 and 16");
        RuleFor(body => body.Channels).Equal(1).When(body => body.Algorithm is "POST_COPY" or "HYBRID")
            .WithMessage("must be 1: post-copy sends pages by one connection");
        RuleFor(body => body.TimeoutSeconds).InclusiveBetween(1, 86_400).WithMessage("must be between 1 and 86400 seconds");
        RuleFor(body => body.StopTimeoutSeconds).InclusiveBetween(1, 3_600).WithMessage("must be between 1 and 3600 seconds");
    }
}
