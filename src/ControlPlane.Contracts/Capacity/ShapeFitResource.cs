namespace ControlPlane.Contracts.Capacity;

/// <summary>How many more of one shape fit, when nothing else is placed.</summary>
public sealed record ShapeFitResource
{
    /// <summary>The flavor it is of, as it was asked; null for a spec.</summary>
    public required string? Flavor { get; init; }

    /// <summary>What one needs, by class.</summary>
    public required IReadOnlyDictionary<string, long> Demand { get; init; }

    /// <summary>
    /// How many more fit. Exact, but for <c>atLeast</c>: so many creates would be accepted one after another, and the next refused.
    /// </summary>
    public required long Fits { get; init; }

    /// <summary>
    /// True when counting stopped at 1,000: so many fit, and there may be room for more. Only of what is counted one by one.
    /// </summary>
    public required bool AtLeast { get; init; }

    /// <summary>What keeps one more from fitting.</summary>
    public required FitLimitResource LimitedBy { get; init; }

    /// <summary>How many hosts there are.</summary>
    public required int Considered { get; init; }

    /// <summary>Hosts that take it if they have room: of the kind asked for, ready, with an engine that works.</summary>
    public required int Matching { get; init; }

    /// <summary>Those of them that have room for one.</summary>
    public required int Fitting { get; init; }

    /// <summary>Of the matching hosts, how many run out of each class first.</summary>
    public required IReadOnlyDictionary<string, int> Limits { get; init; }
}
