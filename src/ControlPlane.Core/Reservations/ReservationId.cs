using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Reservations;

/// <summary>The id of a reservation: <c>rsv_…</c>, sortable by creation time.</summary>
public readonly record struct ReservationId(Guid Value) : IComparable<ReservationId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "rsv";

    /// <summary>Reads <c>rsv_…</c>.</summary>
    public static bool TryParse(string? text, out ReservationId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static ReservationId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of a reservation");

    /// <inheritdoc/>
    public int CompareTo(ReservationId other) => Value.CompareTo(other.Value);

    public static bool operator <(ReservationId left, ReservationId right) => left.CompareTo(right) < 0;
    public static bool operator >(ReservationId left, ReservationId right) => left.CompareTo(right) > 0;
    public static bool operator <=(ReservationId left, ReservationId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ReservationId left, ReservationId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
