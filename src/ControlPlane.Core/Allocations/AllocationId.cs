using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Allocations;

/// <summary>The id of an allocation: <c>alloc_…</c>, sortable by creation time.</summary>
public readonly record struct AllocationId(Guid Value) : IComparable<AllocationId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "alloc";

    /// <summary>Reads <c>alloc_…</c>.</summary>
    public static bool TryParse(string? text, out AllocationId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static AllocationId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of an allocation");

    /// <inheritdoc/>
    public int CompareTo(AllocationId other) => Value.CompareTo(other.Value);

    public static bool operator <(AllocationId left, AllocationId right) => left.CompareTo(right) < 0;
    public static bool operator >(AllocationId left, AllocationId right) => left.CompareTo(right) > 0;
    public static bool operator <=(AllocationId left, AllocationId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(AllocationId left, AllocationId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
