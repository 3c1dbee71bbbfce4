using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Pools;

/// <summary>Amounts held on a host and in a pool by one owner.</summary>
public sealed record AllocationResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>The pool charged.</summary>
    public required string Pool { get; init; }

    /// <summary>The host taken from.</summary>
    public required string Host { get; init; }

    /// <summary>The engine taken from, or null.</summary>
    [AllowedValues(null, "HARDWARE", "SOFTWARE")]
    public required string? Engine { get; init; }

    /// <summary>Who holds it; <c>vms/vm_…</c> for a VM’s claim, <c>reservations/rsv_…</c> for a reservation’s slot.</summary>
    public required string Owner { get; init; }

    /// <summary>By class.</summary>
    public required IReadOnlyDictionary<string, long> Resources { get; init; }

    /// <summary>
    /// Whether it is the room of a VM that is on its way to the host: the host is charged, the pools are not, a second time.
    /// </summary>
    public required bool ForMove { get; init; }

    /// <summary>The decision that chose the host, or null.</summary>
    public required string? Placement { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was taken.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
