using System.ComponentModel.DataAnnotations;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>The leases of hosts with agents of their own: <c>ControlPlane:Lease</c>.</summary>
public sealed class LeaseOptions : IValidatableObject
{
    /// <summary>Seconds that a host may run VMs on one word of the service. 5 to 3,600.</summary>
    [Range(5, 3_600)]
    public double LengthSeconds { get; set; } = 30;

    /// <summary>Seconds that the service waits beyond it: what ending all guests of a host by force may take. 0.5 to the length.</summary>
    [Range(0.5, 3_600)]
    public double MarginSeconds { get; set; } = 5;

    /// <summary>By how much each clock may be faster or slower than true time, in thousandths. 0 to 100.</summary>
    [Range(0, LeaseTerms.MostDriftPermille)]
    public int DriftPermille { get; set; } = 10;

    /// <summary>The terms of the next lease that is granted.</summary>
    public LeaseTerms Terms => TryRead(out var terms) ? terms! : throw new InvalidOperationException("the options were not checked");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        TryRead(out _) ? [] : [new ValidationResult("must not be longer than LengthSeconds", [nameof(MarginSeconds)])];

    private bool TryRead(out LeaseTerms? terms) =>
        LeaseTerms.TryCreate(TimeSpan.FromSeconds(LengthSeconds), TimeSpan.FromSeconds(MarginSeconds), DriftPermille, out terms);
}
