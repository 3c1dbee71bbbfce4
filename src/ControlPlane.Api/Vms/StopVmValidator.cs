using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Vms;
using FluentValidation;

namespace ControlPlane.Api.Vms;

/// <summary>The shape of a request to stop a VM.</summary>
public sealed class StopVmValidator : AbstractValidator<StopVm>
{
    /// <summary>The rules.</summary>
    public StopVmValidator()
    {
        RuleFor(body => body.Mode).Must(word => Words.TryParse<StopMode>(word, out _)).WithMessage("must be GRACEFUL or FORCED");
        RuleFor(body => body.TimeoutSeconds).InclusiveBetween(1, 3600).WithMessage("must be between 1 and 3600 seconds");
    }
}
