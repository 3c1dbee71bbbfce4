using System.Runtime.CompilerServices;

namespace ControlPlane.Core;

/// <summary>The words of a breach, put together only when there is one: a check that holds makes no text.</summary>
[InterpolatedStringHandler]
public ref struct InvariantBreach
{
    private DefaultInterpolatedStringHandler text;

    /// <summary>Begins the words, when they are needed.</summary>
    public InvariantBreach(int literalLength, int formattedCount, bool holds, out bool needed)
    {
        needed = !holds;
        text = needed ? new(literalLength, formattedCount) : default;
    }

    /// <summary>Adds words.</summary>
    public void AppendLiteral(string words) => text.AppendLiteral(words);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    /// <summary>Gives the words, once.</summary>
    public string ToStringAndClear() => text.ToStringAndClear();
}
