using System.Text.Json;

namespace ControlPlane.Api;

/// <summary>The UPPER_SNAKE words of the contract for the domain's enums.</summary>
public static class Words
{
    /// <summary>The word of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.ByValue[value];

    /// <summary>The word of a value, or null.</summary>
    public static string? Of<T>(T? value)
        where T : struct, Enum => value is { } some ? Of(some) : null;

    /// <summary>The value of a word that has been validated.</summary>
    public static T Parse<T>(string word)
        where T : struct, Enum => Table<T>.ByWord[word];

    /// <summary>The value of a word; false when there is none.</summary>
    public static bool TryParse<T>(string word, out T value)
        where T : struct, Enum => Table<T>.ByWord.TryGetValue(word, out value);

    private static class Table<T>
        where T : struct, Enum
    {
        internal static readonly Dictionary<T, string> ByValue =
            Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()));

        internal static readonly Dictionary<string, T> ByWord = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
