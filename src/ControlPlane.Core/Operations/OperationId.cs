using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Operations;

/// <summary>The id of an operation: <c>op_…</c>, sortable by creation time.</summary>
public readonly record struct OperationId(Guid Value) : IComparable<OperationId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "op";

    /// <summary>Reads <c>op_…</c>.</summary>
    public static bool TryParse(string? text, out OperationId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static OperationId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of an operation");

    /// <inheritdoc/>
    public int CompareTo(OperationId other) => Value.CompareTo(other.Value);

    public static bool operator <(OperationId left, OperationId right) => left.CompareTo(right) < 0;
    public static bool operator >(OperationId left, OperationId right) => left.CompareTo(right) > 0;
    public static bool operator <=(OperationId left, OperationId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(OperationId left, OperationId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
