using ControlPlane.Contracts.Vms;
using FluentValidation;

namespace ControlPlane.Api.Vms;

/// <summary>The shape of a patched VM.</summary>
public sealed class PatchableVmValidator : AbstractValidator<PatchableVm>
{
    /// <summary>The rules.</summary>
    public PatchableVmValidator() => RuleFor(body => body.Spec).SetValidator(new VmSpecValidator());
}
