using System.Text;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http.Lists;

/// <summary>
/// Reads the filter language, a subset of AIP-160: <c>state = RUNNING AND (name:web OR NOT labels.env = "test")</c>.
/// AND and OR side by side need parentheses: AIP-160 and most readers disagree on which binds tighter.
/// </summary>
public sealed class FilterParser
{
    public const int MaxLength = 1024;
    public const int MaxDepth = 16;
    public const int MaxComparisons = 32;

    private const string Operators = "=, !=, <, <=, >, >= or :";

    private static readonly (string Text, FilterOperator Operator)[] operators =
    [
        ("!=", FilterOperator.NotEqual), ("<=", FilterOperator.LessOrEqual), (">=", FilterOperator.GreaterOrEqual),
        ("=", FilterOperator.Equal), ("<", FilterOperator.Less), (">", FilterOperator.Greater), (":", FilterOperator.Has),
    ];

    private readonly string text;
    private int at;
    private int comparisons;
    private string? fault;

    private FilterParser(string text) => this.text = text;

    public static Parsed<FilterNode> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return Problem.Validation("filter", $"must have at most {MaxLength} characters");
        }

        var parser = new FilterParser(text);
        var node = parser.Expression(depth: 0);
        if (node is not null && parser.Skip() < text.Length)
        {
            node = parser.Break("AND, OR or the end is expected");
        }

        return node is null ? Problem.Validation("filter", parser.fault!) : Parsed<FilterNode>.Of(node);
    }

    private FilterNode? Expression(int depth)
    {
        if (Term(depth) is not { } first)
        {
            return null;
        }

        var terms = new List<FilterNode> { first };
        var joined = Word("AND") ? "AND" : Word("OR") ? "OR" : null;
        for (var more = joined is not null; more; more = Word(joined!))
        {
            if (Term(depth) is not { } term)
            {
                return null;
            }

            terms.Add(term);
        }

        if (joined is not null && Word(joined == "AND" ? "OR" : "AND"))
        {
            return Break("AND and OR stand side by side; put parentheses");
        }

        return joined switch { null => first, "AND" => new FilterNode.All(terms), _ => new FilterNode.Any(terms) };
    }

    private FilterNode? Term(int depth)
    {
        if (depth > MaxDepth)
        {
            return Break($"it is nested deeper than {MaxDepth} levels");
        }

        if (Word("NOT"))
        {
            return Term(depth + 1) is { } term ? new FilterNode.Not(term) : null;
        }

        return Next('(') ? Group(depth) : Comparison();
    }

    private FilterNode? Group(int depth)
    {
        if (Expression(depth + 1) is not { } inner)
        {
            return null;
        }

        return Next(')') ? inner : Break("a closing parenthesis is expected");
    }

    private FilterNode? Comparison()
    {
        var field = Field();
        if (field.Length == 0)
        {
            return Break("a field is expected");
        }

        if (++comparisons > MaxComparisons)
        {
            return Break($"it has more than {MaxComparisons} comparisons");
        }

        Skip();
        var found = Array.FindIndex(operators, known => string.CompareOrdinal(text, at, known.Text, 0, known.Text.Length) == 0);
        if (found < 0)
        {
            return Break($"an operator is expected: {Operators}");
        }

        at += operators[found].Text.Length;
        return Value() is { } value ? new FilterNode.Comparison(field, operators[found].Operator, value) : null;
    }

    private string Field()
    {
        var start = Skip();
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or '/'))
        {
            at++;
        }

        return text[start..at];
    }

    private string? Value()
    {
        var start = Skip();
        if (at < text.Length && text[at] is '"' or '\'')
        {
            return Quoted(text[at++]);
        }

        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or '"' or '\'' or '=' or '<' or '>'))
        {
            at++;
        }

        if (at > start)
        {
            return text[start..at];
        }

        Break("a value is expected");
        return null;
    }

    private string? Quoted(char quote)
    {
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                return value.ToString();
            }

            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }

        Break("the quoted text does not end");
        return null;
    }

    private bool Word(string word)
    {
        Skip();
        var end = at + word.Length;
        var goesOn = end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != '(';
        if (goesOn || string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return false;
        }

        at = end;
        return true;
    }

    private bool Next(char character)
    {
        if (Skip() == text.Length || text[at] != character)
        {
            return false;
        }

        at++;
        return true;
    }

    private int Skip()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private FilterNode? Break(string why)
    {
        fault ??= $"breaks at character {at + 1}: {why}";
        return null;
    }
}
