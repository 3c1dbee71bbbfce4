using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Names;
using FluentValidation;

namespace ControlPlane.Api.Vms;

/// <summary>The shape of a create.</summary>
public sealed class CreateVmValidator : AbstractValidator<CreateVm>
{
    /// <summary>The rules.</summary>
    public CreateVmValidator()
    {
        RuleFor(body => body.Name).Must(name => ResourceName.TryParse(name, out _))
            .WithMessage("must be 1 to 63 lower-case letters, digits and '-', and begin and end with a letter or digit");
        RuleFor(body => body.Pool).NotEmpty().WithMessage("must be a pool's id or name");
        RuleFor(body => body.Spec).SetValidator(new VmSpecValidator());
    }
}
