using ControlPlane.Contracts.Hosts;
using FluentValidation;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>The shape of an operator's statement.</summary>
public sealed class DeclareHostLostValidator : AbstractValidator<DeclareHostLost>
{
    private const int MaxCharacters = 1_000;

    /// <summary>The rules.</summary>
    public DeclareHostLostValidator() => RuleFor(body => body.Statement).NotEmpty().MaximumLength(MaxCharacters)
        .WithMessage($"must say how it is known that the machine is off, in at most {MaxCharacters} characters");
}
