namespace ControlPlane.Contracts.Vms;

/// <summary>A virtual machine.</summary>
public sealed record VmResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>The pool charged.</summary>
    public required string Pool { get; init; }

    /// <summary>What is wanted.</summary>
    public required VmSpecDocument Spec { get; init; }

    /// <summary>What it is.</summary>
    public required VmStatus Status { get; init; }

    /// <summary>The decision that put it there.</summary>
    public required string? Placement { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
