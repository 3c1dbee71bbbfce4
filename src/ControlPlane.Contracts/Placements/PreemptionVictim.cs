namespace ControlPlane.Contracts.Placements;

/// <summary>A VM that is stopped so that another has room.</summary>
public sealed record PreemptionVictim
{
    /// <summary>Its id.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The pool charged for it.</summary>
    public required string Pool { get; init; }

    /// <summary>Its own priority.</summary>
    public required int Priority { get; init; }

    /// <summary>What it gives back, by class.</summary>
    public required IReadOnlyDictionary<string, long> Frees { get; init; }

    /// <summary>Why it.</summary>
    public required string Why { get; init; }
}
