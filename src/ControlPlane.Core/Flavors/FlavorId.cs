using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Flavors;

/// <summary>The id of a flavor: <c>flv_…</c>, sortable by creation time.</summary>
public readonly record struct FlavorId(Guid Value) : IComparable<FlavorId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "flv";

    /// <summary>Reads <c>flv_…</c>.</summary>
    public static bool TryParse(string? text, out FlavorId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static FlavorId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a flavor");

    /// <inheritdoc/>
    public int CompareTo(FlavorId other) => Value.CompareTo(other.Value);

    public static bool operator <(FlavorId left, FlavorId right) => left.CompareTo(right) < 0;
    public static bool operator >(FlavorId left, FlavorId right) => left.CompareTo(right) > 0;
    public static bool operator <=(FlavorId left, FlavorId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(FlavorId left, FlavorId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
