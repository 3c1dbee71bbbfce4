using System.Diagnostics;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>Runs the tools that need root: directly, or by a sudo that asks nothing.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);

    private static readonly Lazy<bool> mayBeRoot = new(() => Environment.IsPrivilegedProcess || Tries("sudo", "-n", "true"));

    /// <summary>What stands before a command so that it runs as root.</summary>
    public static IReadOnlyList<string> Root { get; } = Environment.IsPrivilegedProcess ? [] : ["sudo", "-n"];

    /// <summary>Skips, with the reason, where namespaces cannot be made.</summary>
    public static void Require()
    {
        Skip.IfNot(mayBeRoot.Value, "network namespaces need root, or a sudo that asks for no password");
        Skip.IfNot(Tries("ip", "-V"), "iproute2 is not installed; deploy/test.sh installs it");
        Skip.IfNot(Tries("nft", "-v"), "nftables is not installed; deploy/test.sh installs it");
    }

    /// <summary>Runs it as root to its end and gives what it said; its failure fails the test.</summary>
    public static async Task<string> RunAsync(string? input, params string[] words)
    {
        var (code, output) = await EndAsync(input, words);
        Assert.True(code == 0, $"{string.Join(' ', words)} ended with {code}: {output}");
        return output;
    }

    /// <summary>Runs it as root to its end; what it says is of no interest, nor whether it could.</summary>
    public static Task TryAsync(params string[] words) => EndAsync(null, words);

    private static async Task<(int Code, string Output)> EndAsync(string? input, string[] words)
    {
        using var process = Process.Start(Start([.. Root, .. words]))!;
        if (input is not null) { await process.StandardInput.WriteAsync(input); }
        process.StandardInput.Close();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(limit);
        return (process.ExitCode, await said + await complained);
    }

    private static bool Tries(params string[] words)
    {
        try
        {
            using var process = Process.Start(Start(words))!;
            return process.WaitForExit(limit) && process.ExitCode == 0;
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // Not every user's path has the folders of the administrator's tools.
    private static ProcessStartInfo Start(IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return start;
    }
}
