using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>QEMU's version, such as 7.2.22.</summary>
public sealed partial record QemuVersion(int Major, int Minor, int Patch)
{
    /// <summary>Asks the program itself; null when it is missing or says nothing understandable.</summary>
    public static async Task<QemuVersion?> AskAsync(AgentOptions options, TimeProvider time, CancellationToken ct)
    {
        try
        {
            var timeout = TimeSpan.FromSeconds(options.StartTimeoutSeconds);
            var result = await Tool.RunAsync("/", [options.QemuPath, "--version"], timeout, time, ct);
            return Parse(result.Output);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Reads the version out of what <c>--version</c> prints.</summary>
    public static QemuVersion? Parse(string text)
    {
        var match = Pattern().Match(text);
        return match.Success ? new QemuVersion(Number(match, 1), Number(match, 2), Number(match, 3)) : null;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Major}.{Minor}.{Patch}";

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"version (\d{1,4})\.(\d{1,4})\.(\d{1,4})", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
