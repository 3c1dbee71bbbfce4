using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts;

/// <summary>One thing known of a resource, in the manner of Kubernetes' conditions.</summary>
public sealed record Condition
{
    /// <summary>CamelCase name, such as <c>Proved</c> or <c>GuestAlive</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it holds.</summary>
    [AllowedValues("TRUE", "FALSE", "UNKNOWN")]
    public required string Status { get; init; }

    /// <summary>One CamelCase word for programs.</summary>
    public required string Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>When the status last changed.</summary>
    public required DateTimeOffset LastTransitionTime { get; init; }
}
