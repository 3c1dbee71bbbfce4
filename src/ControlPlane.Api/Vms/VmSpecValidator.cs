using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;
using FluentValidation;

namespace ControlPlane.Api.Vms;

/// <summary>The shape of a VM's spec.</summary>
public sealed class VmSpecValidator : AbstractValidator<VmSpecDocument>
{
    private const int MaxSeedCharacters = 64 * 1024;
    private const string Needed = "is required, unless a flavor is named";

    /// <summary>The rules.</summary>
    public VmSpecValidator()
    {
        RuleFor(spec => spec.Vcpus).NotNull().When(spec => spec.Flavor is null).WithMessage(Needed);
        RuleFor(spec => spec.MemoryMiB).NotNull().When(spec => spec.Flavor is null).WithMessage(Needed);
        RuleFor(spec => spec.Vcpus).InclusiveBetween(1, 1024).WithMessage("must be between 1 and 1024");
        RuleFor(spec => spec.MemoryMiB).InclusiveBetween(16, 16_777_216).WithMessage("must be between 16 and 16777216 MiB");
        RuleFor(spec => spec.DiskGiB).InclusiveBetween(0, 1_048_576).WithMessage("must be between 0 and 1048576 GiB");
        RuleFor(spec => spec.DiskGiB).NotEqual(0).When(spec => spec.Image is null)
            .WithMessage("may be 0 only with an image that boots without a disk, a kernel or an ISO; else it must be at least 1");
        RuleFor(spec => spec.ExtraResources).Must(extra => extra.Count <= 32).WithMessage("must name at most 32 classes");
        RuleFor(spec => spec.ExtraResources).Custom(CheckExtra);
        RuleFor(spec => spec.Engine).Must(word => Words.TryParse<EngineChoice>(word, out _))
            .WithMessage("must be ANY, HARDWARE or SOFTWARE");
        RuleFor(spec => spec.RestartPolicy).Must(word => Words.TryParse<RestartPolicy>(word, out _))
            .WithMessage("must be ALWAYS, ON_FAILURE or NEVER");
        RuleFor(spec => spec.OnHostLoss).Must(word => Words.TryParse<LossPolicy>(word, out _))
            .WithMessage("must be RESTART_ELSEWHERE or STAY");
        RuleFor(spec => spec.DesiredState).Must(word => Words.TryParse<DesiredState>(word, out _))
            .WithMessage("must be RUNNING or STOPPED");
        RuleFor(spec => spec.Isolation.Level).Must(word => word is "SHARED" or "PINNED" or "DEDICATED")
            .WithMessage("must be SHARED, PINNED or DEDICATED: this version offers no other level yet");
        RuleFor(spec => spec.Placement).SetValidator(new VmPlacementValidator());
        RuleFor(spec => spec.CloudInit!.UserData).MaximumLength(MaxSeedCharacters).When(spec => spec.CloudInit is not null)
            .WithMessage("must be at most 65536 characters");
        RuleFor(spec => spec.CloudInit!.MetaData).MaximumLength(MaxSeedCharacters).When(spec => spec.CloudInit is not null)
            .WithMessage("must be at most 65536 characters");
        RuleFor(spec => spec.CloudInit!.NetworkConfig).MaximumLength(MaxSeedCharacters).When(spec => spec.CloudInit is not null)
            .WithMessage("must be at most 65536 characters");
    }

    private static void CheckExtra(IReadOnlyDictionary<string, long> extra, ValidationContext<VmSpecDocument> context)
    {
        foreach (var (name, amount) in extra)
        {
            var field = $"extraResources.{name}";
            if (!ResourceClass.TryParse(name, out var resource))
            {
                context.AddFailure(field, "is not a resource class: at most 63 letters, digits, '-', '_' and '.', beginning with a letter");
            }
            else if (resource.IsStandard)
            {
                context.AddFailure(field, "has a member of its own in spec; extraResources is for custom classes");
            }
            if (amount is <= 0 or > ResourceVector.MaxAmount)
            {
                context.AddFailure(field, $"must be between 1 and {ResourceVector.MaxAmount}");
            }
        }
    }
}
