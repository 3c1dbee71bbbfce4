using ControlPlane.Contracts.Images;
using ControlPlane.Core.Names;
using FluentValidation;

namespace ControlPlane.Api.Images;

/// <summary>The shape of a create.</summary>
public sealed class CreateImageValidator : AbstractValidator<CreateImage>
{
    /// <summary>The rules.</summary>
    public CreateImageValidator()
    {
        RuleFor(body => body.Name).Must(name => ResourceName.TryParse(name, out _))
            .WithMessage("must be 1 to 63 lower-case letters, digits and '-', and begin and end with a letter or digit");
        RuleFor(body => body.KernelCommandLine).IsCommandLine();
        RuleFor(body => body.KernelCommandLine).Null().When(body => !ImageRules.IsKernel(body.Format))
            .WithMessage("is for images of the format KERNEL only");
        RuleFor(body => body.ImportInitrdFrom).Null().When(body => !ImageRules.IsKernel(body.Format))
            .WithMessage("is for images of the format KERNEL only");
        RuleFor(body => body.Architecture).IsArchitecture();
        RuleFor(body => body.Firmware).IsFirmware();
        RuleFor(body => body.MinMemoryMiB).IsLeast(ImageRules.MaxMemoryMiB);
        RuleFor(body => body.MinDiskGiB).IsLeast(ImageRules.MaxDiskGiB);
        RuleFor(body => body.Labels).AreLabels();
    }
}
