using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.Agent.Drivers;

namespace ControlPlane.Agent.Tests.Support;

/// <summary>Reads consoles as a client of the service would.</summary>
public static class ConsoleReading
{
    private const int ShownCharacters = 4000;

    /// <summary>The kept text.</summary>
    public static async Task<string> TextAsync(this IConsoleLog console)
    {
        var text = new StringBuilder();
        await foreach (var chunk in console.ReadAsync(follow: false, CancellationToken.None))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Span));
        }

        return text.ToString();
    }

    /// <summary>Follows until the text matches; returns all that was read.</summary>
    public static async Task<string> FollowUntilAsync(this IConsoleLog console, string pattern)
    {
        var text = new StringBuilder();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            await foreach (var chunk in console.ReadAsync(follow: true, limit.Token))
            {
                text.Append(Encoding.UTF8.GetString(chunk.Span));
                if (Regex.IsMatch(text.ToString(), pattern))
                {
                    return text.ToString();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what was read.
        }

        var last = text.ToString(Math.Max(0, text.Length - ShownCharacters), Math.Min(text.Length, ShownCharacters));
        throw new Xunit.Sdk.XunitException($"The console never showed /{pattern}/ in {text.Length} characters. The last of them:\n{last}");
    }
}
