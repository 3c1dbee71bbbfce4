using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Vms;

/// <summary>The id of a VM: <c>vm_…</c>, sortable by creation time.</summary>
public readonly record struct VmId(Guid Value) : IComparable<VmId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "vm";

    /// <summary>Reads <c>vm_…</c>.</summary>
    public static bool TryParse(string? text, out VmId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static VmId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a VM");

    /// <inheritdoc/>
    public int CompareTo(VmId other) => Value.CompareTo(other.Value);

    public static bool operator <(VmId left, VmId right) => left.CompareTo(right) < 0;
    public static bool operator >(VmId left, VmId right) => left.CompareTo(right) > 0;
    public static bool operator <=(VmId left, VmId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(VmId left, VmId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
