namespace ControlPlane.Api.Http.Json;

/// <summary>Finds what somebody probably meant, so that a typing error is answered with the right word.</summary>
public static class Nearest
{
    private const int MaxListed = 20;
    private const int MaxShown = 60;

    /// <summary>`is not known; did you mean 'vcpus'?`, or the known words where none is near.</summary>
    public static string Unknown(string text, IEnumerable<string> known)
    {
        var words = known.OrderBy(word => word, StringComparer.Ordinal).ToList();
        if (To(text, words) is { } near)
        {
            return $"is not known; did you mean '{near}'?";
        }

        return words.Count is 0 or > MaxListed ? "is not known" : $"is not known; known are {string.Join(", ", words)}";
    }

    /// <summary>`known are web, db`: the likeliest first, and not too many.</summary>
    public static string Among(string text, IEnumerable<string> known)
    {
        var upper = Shown(text).ToUpperInvariant();
        var words = known.Distinct(StringComparer.Ordinal).OrderBy(word => Distance(upper, word.ToUpperInvariant()))
            .ThenBy(word => word, StringComparer.Ordinal).ToList();
        var more = words.Count > MaxListed ? $" and {words.Count - MaxListed} more" : "";
        return words.Count == 0 ? "there is none" : $"known are {string.Join(", ", words.Take(MaxListed).Select(Shown))}{more}";
    }

    public static string? To(string text, IEnumerable<string> known)
    {
        if (text.Length > MaxShown)
        {
            return null;
        }

        var (word, distance) = known
            .Select(candidate => (Word: candidate, Distance: Distance(text.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .OrderBy(pair => pair.Distance)
            .ThenBy(pair => pair.Word, StringComparer.Ordinal)
            .FirstOrDefault((Word: "", Distance: int.MaxValue));
        // A swap of two letters is two edits; in a very short word two edits are another word.
        return distance <= (text.Length < 4 ? 1 : Math.Max(2, text.Length / 3)) ? word : null;
    }

    /// <summary>A text of the client as it may stand in an answer: without control characters and not too long.</summary>
    public static string Shown(string text)
    {
        // Nearly every text, and each name of a map in a body is one.
        if (text.Length <= MaxShown && !HasHidden(text)) { return text; }
        var clean = new string([.. text.Take(MaxShown).Select(c => IsHidden(c) ? '?' : c)]);
        return text.Length > MaxShown ? clean + "…" : clean;
    }

    private static bool HasHidden(string text)
    {
        foreach (var c in text)
        {
            if (IsHidden(c)) { return true; }
        }
        return false;
    }

    private static bool IsHidden(char c) => char.IsControl(c) || char.IsSurrogate(c);

    // Levenshtein with two rows; both words are short.
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, 1 + Math.Min(previous[j], current[j - 1]));
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
