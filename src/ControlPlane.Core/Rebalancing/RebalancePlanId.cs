using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Rebalancing;

/// <summary>The id of a rebalance plan: <c>plan_…</c>, sortable by creation time.</summary>
public readonly record struct RebalancePlanId(Guid Value) : IComparable<RebalancePlanId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "plan";

    /// <summary>Reads <c>plan_…</c>.</summary>
    public static bool TryParse(string? text, out RebalancePlanId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static RebalancePlanId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a rebalance plan");

    /// <inheritdoc/>
    public int CompareTo(RebalancePlanId other) => Value.CompareTo(other.Value);

    public static bool operator <(RebalancePlanId left, RebalancePlanId right) => left.CompareTo(right) < 0;
    public static bool operator >(RebalancePlanId left, RebalancePlanId right) => left.CompareTo(right) > 0;
    public static bool operator <=(RebalancePlanId left, RebalancePlanId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(RebalancePlanId left, RebalancePlanId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
