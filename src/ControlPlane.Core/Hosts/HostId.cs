using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Hosts;

/// <summary>The id of a host: <c>host_…</c>, sortable by creation time.</summary>
public readonly record struct HostId(Guid Value) : IComparable<HostId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "host";

    /// <summary>Reads <c>host_…</c>.</summary>
    public static bool TryParse(string? text, out HostId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static HostId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a host");

    /// <inheritdoc/>
    public int CompareTo(HostId other) => Value.CompareTo(other.Value);

    public static bool operator <(HostId left, HostId right) => left.CompareTo(right) < 0;
    public static bool operator >(HostId left, HostId right) => left.CompareTo(right) > 0;
    public static bool operator <=(HostId left, HostId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(HostId left, HostId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
