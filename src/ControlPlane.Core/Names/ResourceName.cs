namespace ControlPlane.Core.Names;

/// <summary>A name of a host, pool, VM or image: <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>, a DNS label (RFC 1123).</summary>
public readonly record struct ResourceName
{
    /// <summary>The most characters a name has.</summary>
    public const int MaxLength = 63;

    private readonly string? text;

    private ResourceName(string text) => this.text = text;

    /// <summary>Reads a name; false when it is not one.</summary>
    public static bool TryParse(string? text, out ResourceName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text[0] == '-' || text[^1] == '-') { return false; }
        foreach (var character in text)
        {
            if (character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) { return false; }
        }
        name = new(text);
        return true;
    }

    /// <summary>Reads a text known to be a name; throws <see cref="FormatException"/> otherwise.</summary>
    public static ResourceName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a resource name");

    /// <inheritdoc/>
    public override string ToString() => text ?? "";
}
