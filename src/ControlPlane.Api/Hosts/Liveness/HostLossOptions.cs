using System.ComponentModel.DataAnnotations;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>What follows from hosts that are silent: <c>ControlPlane:HostLoss</c>.</summary>
public sealed class HostLossOptions : IValidatableObject
{
    /// <summary>
    /// More than this share of the hosts silent at once stops automatic restarts: then it is likely the service that is cut off. 1 to 100
    /// percent; 100 never does.
    /// </summary>
    [Range(1, 100)]
    public int BrakeSharePercent { get; set; } = 30;

    /// <summary>And at least so many hosts. 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int BrakeAtLeast { get; set; } = 3;

    /// <summary>
    /// Seconds within which hosts must have gone silent to count as at once. 1 to 86,400; the lease and its margin at least.
    /// </summary>
    [Range(1, 86_400)]
    public int BrakeWindowSeconds { get; set; } = 300;

    /// <summary>Seconds in which half of what is held against a host that missed its lease is forgotten. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int FlapHalfLifeSeconds { get; set; } = 600;

    /// <summary>Missed leases, the old ones counted less, from which on a host takes no new VM. 1 to 100.</summary>
    [Range(1, 100)]
    public double FlapHoldAt { get; set; } = 3;

    /// <summary>Below which it takes VMs again; less than FlapHoldAt. 0.01 to 100.</summary>
    [Range(0.01, 100)]
    public double FlapFreeAt { get; set; } = 1.5;

    /// <summary>VMs of one lost host that are started elsewhere at once. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int RecoveryParallelism { get; set; } = 16;

    /// <summary>Seconds that room is looked for elsewhere, for a VM that finds none. 1 to 604,800.</summary>
    [Range(1, 604_800)]
    public int RecoveryDeadlineSeconds { get; set; } = 600;

    internal FlapTerms Flaps => new(TimeSpan.FromSeconds(FlapHalfLifeSeconds), FlapHoldAt, FlapFreeAt);

    internal BrakeTerms Brake(LeaseTerms lease) => new(BrakeSharePercent * 10, BrakeAtLeast,
        TimeSpan.FromSeconds(Math.Max(BrakeWindowSeconds, lease.LostAfter.TotalSeconds)));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        FlapFreeAt < FlapHoldAt ? [] : [new ValidationResult("must be less than FlapHoldAt", [nameof(FlapFreeAt)])];
}
