namespace ControlPlane.Contracts.Capacity;

/// <summary>How many more VMs fit now.</summary>
public sealed record CapacityFitResource
{
    /// <summary>The pool's id.</summary>
    public required string Pool { get; init; }

    /// <summary>
    /// How many more fit: of the one shape, exactly; of a list, how many rounds with one of each. Rounds are what surely fits, each shape,
    /// the largest first, filling host after host; packed better there may be room for more.
    /// </summary>
    public required long Fits { get; init; }

    /// <summary>Each shape alone, in the order asked.</summary>
    public required IReadOnlyList<ShapeFitResource> Shapes { get; init; }

    /// <summary>By class that a shape needs: what of the free room none of them can use. Empty of what is counted one by one.</summary>
    public required IReadOnlyDictionary<string, StrandedResource> Stranded { get; init; }

    /// <summary>The same without the hosts whose loss hurts most; null when none was to be lost or there is none.</summary>
    public required LossFitResource? WithLoss { get; init; }

    /// <summary>When it was counted.</summary>
    public required DateTimeOffset CreateTime { get; init; }
}
