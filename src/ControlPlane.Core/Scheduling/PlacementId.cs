using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Scheduling;

/// <summary>The id of a placement: <c>plc_…</c>, sortable by creation time.</summary>
public readonly record struct PlacementId(Guid Value) : IComparable<PlacementId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "plc";

    /// <summary>Reads <c>plc_…</c>.</summary>
    public static bool TryParse(string? text, out PlacementId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static PlacementId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a placement");

    /// <inheritdoc/>
    public int CompareTo(PlacementId other) => Value.CompareTo(other.Value);

    public static bool operator <(PlacementId left, PlacementId right) => left.CompareTo(right) < 0;
    public static bool operator >(PlacementId left, PlacementId right) => left.CompareTo(right) > 0;
    public static bool operator <=(PlacementId left, PlacementId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(PlacementId left, PlacementId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
