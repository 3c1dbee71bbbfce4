namespace ControlPlane.Core.Identifiers;

/// <summary>
/// Writes a UUID as 26 characters of Crockford's base 32 in lower case, most significant bits first, so that the texts of
/// version 7 UUIDs (RFC 9562) sort by the time they were made.
/// </summary>
public static class SortableText
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 26;

    /// <summary>The prefix, an underscore and 26 characters.</summary>
    public static string Write(string prefix, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        var number = new UInt128(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return string.Create(prefix.Length + 1 + Length, (prefix, number), static (text, parts) =>
        {
            parts.prefix.CopyTo(text);
            text[parts.prefix.Length] = '_';
            var rest = parts.number;
            for (var i = text.Length - 1; i > parts.prefix.Length; i--)
            {
                text[i] = Alphabet[(int)(uint)(rest & 31)];
                rest >>= 5;
            }
        });
    }

    /// <summary>Reads what <see cref="Write"/> wrote; false for anything else.</summary>
    public static bool TryRead(string prefix, string? text, out Guid value)
    {
        value = default;
        if (text is null || text.Length != prefix.Length + 1 + Length || text[prefix.Length] != '_'
            || !text.StartsWith(prefix, StringComparison.Ordinal) || text[prefix.Length + 1] > '7')
        {
            return false;
        }
        UInt128 number = 0;
        foreach (var character in text.AsSpan(prefix.Length + 1))
        {
            var digit = Alphabet.IndexOf(character);
            if (digit < 0) { return false; }
            number = (number << 5) | (uint)digit;
        }
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        value = new Guid(bytes, bigEndian: true);
        return true;
    }
}
