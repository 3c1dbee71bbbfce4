namespace ControlPlane.Core.Resources;

/// <summary>
/// A countable thing a host has: <c>vcpu</c>, <c>memoryMiB</c>, <c>diskGiB</c>, or a custom one such as <c>gpu</c> or <c>hugepage-1g</c>.
/// At most 63 letters, digits, '-', '_' and '.', beginning with a letter. Compared by ordinal text.
/// </summary>
public readonly record struct ResourceClass : IComparable<ResourceClass>
{
    /// <summary>The most characters of a class.</summary>
    public const int MaxLength = 63;

    /// <summary>Virtual CPUs, whole.</summary>
    public static readonly ResourceClass Vcpu = new("vcpu");

    /// <summary>Memory in mebibytes.</summary>
    public static readonly ResourceClass MemoryMiB = new("memoryMiB");

    /// <summary>Disk in gibibytes.</summary>
    public static readonly ResourceClass DiskGiB = new("diskGiB");

    private readonly string? text;

    private ResourceClass(string text) => this.text = text;

    /// <summary>True for the three that every host has.</summary>
    public bool IsStandard => this == Vcpu || this == MemoryMiB || this == DiskGiB;

    /// <summary>Reads a class; false when the text is not one.</summary>
    public static bool TryParse(string? text, out ResourceClass resource)
    {
        resource = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || !char.IsAsciiLetter(text[0])) { return false; }
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.')) { return false; }
        }
        resource = new(text);
        return true;
    }

    /// <summary>Reads a text known to be a class; throws <see cref="FormatException"/> otherwise.</summary>
    public static ResourceClass Parse(string text) =>
        TryParse(text, out var resource) ? resource : throw new FormatException($"'{text}' is not a resource class");

    /// <inheritdoc/>
    public int CompareTo(ResourceClass other) => string.CompareOrdinal(text, other.text);

    /// <inheritdoc/>
    public override string ToString() => text ?? "";
}
