using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Api.Http.Lists;

/// <summary>
/// Where the next page begins. It only says after which row, so it needs no secret: who makes one up reads the same list.
/// </summary>
internal sealed record PageToken(string Terms, IReadOnlyList<string?> Place)
{
    private const int MaxLength = 8192;

    public static string Write(ListTerms terms, IReadOnlyList<string?> place) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new PageToken(HashOf(terms), place), Wire.Json));

    /// <summary>The place, or null where the token is not one of these terms.</summary>
    public static IReadOnlyList<string?>? Read(string text, ListTerms terms)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            var token = JsonSerializer.Deserialize<PageToken>(Base64Url.DecodeFromChars(text), Wire.Json);
            return token?.Terms == HashOf(terms) ? token.Place : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string HashOf(ListTerms terms)
    {
        var said = SHA256.HashData(Encoding.UTF8.GetBytes($"{terms.OrderBy}\n{terms.Filter}"));
        return Convert.ToHexStringLower(said.AsSpan(0, 8));
    }
}
