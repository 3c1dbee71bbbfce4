using ControlPlane.Api.Http.Json;
using FluentValidation;

namespace ControlPlane.Api.Hosts;

/// <summary>Bounds of the words that people put on resources: labels, traits, zones.</summary>
internal static class WordRules
{
    internal const string NameRule = "must be 1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or a digit";

    private const int MaxItems = 64;
    private const int MaxWordLength = 63;
    private const int MaxValueLength = 256;

    /// <summary>At most 64, each key of 1 to 63 characters of a path, each value of at most 256.</summary>
    internal static void Labels<T>(this ValidationContext<T> context, string path, IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count > MaxItems) { context.AddFailure(path, $"must have at most {MaxItems} labels"); }
        foreach (var (key, value) in labels.Take(MaxItems))
        {
            var at = $"{path}.{Nearest.Shown(key)}";
            if (!IsKey(key)) { context.AddFailure(at, $"must have a key of 1 to {MaxWordLength} letters, digits, '.', '_', '/' and '-'"); }
            if (value.Length > MaxValueLength || !IsPlain(value))
            {
                context.AddFailure(at, $"must have at most {MaxValueLength} characters, none of them a control character");
            }
        }
    }

    /// <summary>At most 64, each a word, none twice.</summary>
    internal static void Traits<T>(this ValidationContext<T> context, string path, IReadOnlyList<string> traits)
    {
        if (traits.Count > MaxItems) { context.AddFailure(path, $"must have at most {MaxItems} words"); }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, trait) in traits.Take(MaxItems).Index())
        {
            if (!IsWord(trait)) { context.AddFailure($"{path}[{index}]", WordRule); }
            else if (!seen.Add(trait)) { context.AddFailure($"{path}[{index}]", "stands twice"); }
        }
    }

    /// <summary>A word, or nothing.</summary>
    internal static void Zone<T>(this ValidationContext<T> context, string path, string? zone)
    {
        if (zone is not null && !IsWord(zone)) { context.AddFailure(path, WordRule); }
    }

    /// <summary>Whether every character can be shown: none is a control character or half of one.</summary>
    internal static bool IsPlain(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) { return false; }
            if (!char.IsSurrogate(text[i])) { continue; }
            if (!char.IsSurrogatePair(text, i)) { return false; }
            i++;
        }
        return true;
    }

    private static string WordRule => $"must have 1 to {MaxWordLength} characters, none of them a control character";

    private static bool IsWord(string text) => text.Length is > 0 and <= MaxWordLength && IsPlain(text);

    private static bool IsKey(string key) => key.Length is > 0 and <= MaxWordLength
        && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '/' or '-');
}
