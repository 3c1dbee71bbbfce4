using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Hosts;

/// <summary>The id of a join token: <c>join_…</c>, sortable by creation time.</summary>
public readonly record struct JoinTokenId(Guid Value) : IComparable<JoinTokenId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "join";

    /// <summary>Reads <c>join_…</c>.</summary>
    public static bool TryParse(string? text, out JoinTokenId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static JoinTokenId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a join token");

    /// <inheritdoc/>
    public int CompareTo(JoinTokenId other) => Value.CompareTo(other.Value);

    public static bool operator <(JoinTokenId left, JoinTokenId right) => left.CompareTo(right) < 0;
    public static bool operator >(JoinTokenId left, JoinTokenId right) => left.CompareTo(right) > 0;
    public static bool operator <=(JoinTokenId left, JoinTokenId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(JoinTokenId left, JoinTokenId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
