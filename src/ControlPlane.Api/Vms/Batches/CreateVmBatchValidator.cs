using ControlPlane.Contracts.Vms;
using FluentValidation;

namespace ControlPlane.Api.Vms.Batches;

/// <summary>The shape of a batch.</summary>
public sealed class CreateVmBatchValidator : AbstractValidator<CreateVmBatch>
{
    /// <summary>The most VMs of one batch: they are claimed in one turn of the write lane.</summary>
    public const int MaxVms = 1_000;

    private const int MaxFaults = 100;

    /// <summary>The rules.</summary>
    public CreateVmBatchValidator()
    {
        RuleFor(body => body.Vms).Must(vms => vms.Count is > 0 and <= MaxVms)
            .WithMessage(body => $"must have 1 to {MaxVms} VMs, and has {body.Vms.Count}; send more in another batch");
        RuleForEach(body => body.Vms).SetValidator(new CreateVmValidator()).When(body => body.Vms.Count <= MaxVms);
        RuleFor(body => body.Vms).Custom(CheckNames);
    }

    private static void CheckNames(IReadOnlyList<CreateVm> vms, ValidationContext<CreateVmBatch> context)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var faults = 0;
        for (var i = 0; i < vms.Count && faults < MaxFaults; i++)
        {
            if (first.TryAdd(vms[i].Name, i)) { continue; }
            context.AddFailure($"vms[{i}].name", $"is '{vms[i].Name}', which vms[{first[vms[i].Name]}] is named already");
            faults++;
        }
    }
}
