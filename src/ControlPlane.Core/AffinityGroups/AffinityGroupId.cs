using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.AffinityGroups;

/// <summary>The id of an affinity group: <c>grp_…</c>, sortable by creation time.</summary>
public readonly record struct AffinityGroupId(Guid Value) : IComparable<AffinityGroupId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "grp";

    /// <summary>Reads <c>grp_…</c>.</summary>
    public static bool TryParse(string? text, out AffinityGroupId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static AffinityGroupId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of an affinity group");

    /// <inheritdoc/>
    public int CompareTo(AffinityGroupId other) => Value.CompareTo(other.Value);

    public static bool operator <(AffinityGroupId left, AffinityGroupId right) => left.CompareTo(right) < 0;
    public static bool operator >(AffinityGroupId left, AffinityGroupId right) => left.CompareTo(right) > 0;
    public static bool operator <=(AffinityGroupId left, AffinityGroupId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(AffinityGroupId left, AffinityGroupId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
