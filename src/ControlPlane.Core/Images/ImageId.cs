using ControlPlane.Core.Identifiers;

namespace ControlPlane.Core.Images;

/// <summary>The id of an image: <c>img_…</c>, sortable by creation time.</summary>
public readonly record struct ImageId(Guid Value) : IComparable<ImageId>
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "img";

    /// <summary>Reads <c>img_…</c>.</summary>
    public static bool TryParse(string? text, out ImageId id)
    {
        var read = SortableText.TryRead(Prefix, text, out var value);
        id = new(value);
        return read;
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static ImageId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of an image");

    /// <inheritdoc/>
    public int CompareTo(ImageId other) => Value.CompareTo(other.Value);

    public static bool operator <(ImageId left, ImageId right) => left.CompareTo(right) < 0;
    public static bool operator >(ImageId left, ImageId right) => left.CompareTo(right) > 0;
    public static bool operator <=(ImageId left, ImageId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ImageId left, ImageId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => SortableText.Write(Prefix, Value);
}
