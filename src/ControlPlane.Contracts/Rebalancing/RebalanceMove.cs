using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Rebalancing;

/// <summary>One move: the target takes the amounts while the source still holds them, then the source gives them back.</summary>
public sealed record RebalanceMove
{
    /// <summary>The VM.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name; null when it is gone.</summary>
    public required string? VmName { get; init; }

    /// <summary>The host it leaves.</summary>
    public required string FromHost { get; init; }

    /// <summary>That host’s name; null when it is gone.</summary>
    public required string? FromHostName { get; init; }

    /// <summary>The host it goes to.</summary>
    public required string ToHost { get; init; }

    /// <summary>That host’s name; null when it is gone.</summary>
    public required string? ToHostName { get; init; }

    /// <summary>The engine on both.</summary>
    [AllowedValues("HARDWARE", "SOFTWARE")]
    public required string Engine { get; init; }

    /// <summary>The amounts that go with it, by class.</summary>
    public required IReadOnlyDictionary<string, long> Resources { get; init; }

    /// <summary>What it copies.</summary>
    public required RebalanceMoveCost Cost { get; init; }

    /// <summary>What it takes off the score.</summary>
    public required double Gain { get; init; }

    /// <summary>The checks that fail where the VM is and hold where it goes; only for REPAIR.</summary>
    public required IReadOnlyList<string> Repairs { get; init; }
}
