using System.Globalization;
using System.Text.RegularExpressions;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// A network namespace: a machine, as far as the network can tell. Its name says which process made it, so that what a killed one left can
/// be told from what another needs; deploy/namespaces.sh goes by the same rule.
/// </summary>
public sealed partial class NetworkSpace : IAsyncDisposable
{
    private const string Prefix = "controlplane-test";

    private static readonly string own = string.Create(CultureInfo.InvariantCulture,
        $"{Prefix}-{Environment.ProcessId}-{StartOf(Environment.ProcessId)}");

    private static int made;

    private NetworkSpace(string name) => Name = name;

    public string Name { get; }

    /// <summary>What stands before a command so that it runs in this namespace, as the user of these tests.</summary>
    public IReadOnlyList<string> Inside =>
    [
        .. CommandLine.Root, "ip", "netns", "exec", Name,
        .. Environment.IsPrivilegedProcess ? (string[])[] : ["setpriv", $"--reuid={User('u')}", $"--regid={User('g')}", "--init-groups"],
    ];

    /// <summary>A namespace in which a machine can reach itself.</summary>
    public static async Task<NetworkSpace> MakeAsync(string role)
    {
        var space = new NetworkSpace($"{own}-{Interlocked.Increment(ref made)}-{role}");
        await CommandLine.RunAsync(null, "ip", "netns", "add", space.Name);
        await space.IpAsync("link", "set", "lo", "up");
        return space;
    }

    /// <summary>Removes what was left by processes that are no more, with the processes that still run in it.</summary>
    public static async Task RemoveStaleAsync()
    {
        var listed = await CommandLine.RunAsync(null, "ip", "netns", "list");
        foreach (var match in Named().Matches(listed).Where(match => !Lives(match)))
        {
            await new NetworkSpace(match.Value).DisposeAsync();
        }
    }

    /// <summary>Runs <c>ip</c> in it.</summary>
    public Task<string> IpAsync(params string[] words) => CommandLine.RunAsync(null, ["ip", "-n", Name, .. words]);

    /// <summary>Has <c>nft</c> read these lines in it.</summary>
    public Task FilterAsync(string lines) => CommandLine.RunAsync(lines, "ip", "netns", "exec", Name, "nft", "-f", "-");

    /// <summary>The processes that are in it.</summary>
    public async Task<IReadOnlyList<int>> ProcessesAsync() =>
        (await CommandLine.RunAsync(null, "ip", "netns", "pids", Name)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToList();

    /// <summary>Ends at once all that runs in it, as a power failure ends a machine.</summary>
    public async Task EndAllAsync() => await Eventually.TrueAsync(async () =>
    {
        var left = await ProcessesAsync();
        foreach (var process in left)
        {
            await CommandLine.TryAsync("kill", "-KILL", process.ToString(CultureInfo.InvariantCulture));
        }
        return left.Count == 0;
    }, TimeSpan.FromSeconds(30), () => $"processes in {Name} outlive their kill");

    public async ValueTask DisposeAsync()
    {
        await EndAllAsync();
        await CommandLine.RunAsync(null, "ip", "netns", "delete", Name);
    }

    private static bool Lives(Match name) =>
        int.TryParse(name.Groups["process"].Value, CultureInfo.InvariantCulture, out var process)
        && StartOf(process) == name.Groups["start"].Value;

    // When it was started, in ticks since the machine was: a number that is used again is another process.
    private static string? StartOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string User(char kind) => File.ReadLines("/proc/self/status")
        .First(line => line.StartsWith(kind == 'u' ? "Uid:" : "Gid:", StringComparison.Ordinal)).Split('\t')[1];

    [GeneratedRegex(@"^controlplane-test-(?<process>\d+)-(?<start>\d+)-[a-z0-9-]+", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
