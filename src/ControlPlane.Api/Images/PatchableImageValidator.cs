using ControlPlane.Contracts.Images;
using FluentValidation;

namespace ControlPlane.Api.Images;

/// <summary>The shape of a change.</summary>
public sealed class PatchableImageValidator : AbstractValidator<PatchableImage>
{
    /// <summary>The rules.</summary>
    public PatchableImageValidator()
    {
        RuleFor(image => image.KernelCommandLine).IsCommandLine();
        RuleFor(image => image.Architecture).IsArchitecture();
        RuleFor(image => image.Firmware).IsFirmware();
        RuleFor(image => image.MinMemoryMiB).IsLeast(ImageRules.MaxMemoryMiB);
        RuleFor(image => image.MinDiskGiB).IsLeast(ImageRules.MaxDiskGiB);
        RuleFor(image => image.Labels).AreLabels();
    }
}
