using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Pools;

/// <summary>The id of a pool: <c>pool_…</c>, sortable by creation time.</summary>
public readonly record struct PoolId(Guid Value) : IComparable<PoolId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "pool";

    /// <summary>Reads <c>pool_…</c>.</summary>
    public static bool TryParse(string? text, out PoolId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static PoolId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a pool");

    /// <inheritdoc/>
    public int CompareTo(PoolId other) => Value.CompareTo(other.Value);

    public static bool operator <(PoolId left, PoolId right) => left.CompareTo(right) < 0;
    public static bool operator >(PoolId left, PoolId right) => left.CompareTo(right) > 0;
    public static bool operator <=(PoolId left, PoolId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(PoolId left, PoolId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
