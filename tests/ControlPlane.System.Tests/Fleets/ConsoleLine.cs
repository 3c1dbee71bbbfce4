using System.Globalization;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>A line of a guest's console. It was written at some moment between two looks of the one clock that all consoles are read by.</summary>
/// <param name="Host">The host on which it lies.</param>
/// <param name="Vm">The VM's id.</param>
/// <param name="Text">The line.</param>
/// <param name="NotBefore">When it was not there yet.</param>
/// <param name="NotAfter">When it was there.</param>
public sealed record ConsoleLine(string Host, string Vm, string Text, TimeSpan NotBefore, TimeSpan NotAfter)
{
    /// <summary>The boot that the guest was in, or null for a line that is not the probe's.</summary>
    public string? Boot => Value("boot");

    /// <summary>The probe's count, or null for a line that does not count.</summary>
    public long? Counter => Text.StartsWith("probe ", StringComparison.Ordinal) && Value("counter") is { } text
        ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Milliseconds on the guest's own clock, or null.</summary>
    public long? GuestMilliseconds => Value("ms") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether it was surely written after the other, however late both were seen.</summary>
    public bool IsAfter(ConsoleLine other) => NotBefore > other.NotAfter;

    /// <summary>A value of the line, such as <c>bad</c>, or null.</summary>
    public string? Value(string key) => Text.Split(' ').FirstOrDefault(word => word.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{NotBefore.TotalSeconds:F3}-{NotAfter.TotalSeconds:F3} {Host}: {Text}");
}
