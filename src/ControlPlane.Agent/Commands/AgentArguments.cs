namespace ControlPlane.Agent.Commands;

/// <summary>The words of the command line: a command, then options with a value each.</summary>
internal sealed class AgentArguments
{
    internal const string Usage = """
        controlplane-agent join --server URL --token TOKEN [--name NAME] [--zone ZONE] [--data DIR] [--again]
            Makes this machine a host of the fleet. --again: though it has joined before, with a token that names it.
        controlplane-agent run [--data DIR]
            Runs what the service assigns to this host, until it is told to end; guests run on.
        controlplane-agent watchdog [--data DIR]
            Ends, when the host's lease is over, the guests that the agent should have ended. The agent begins one by itself.
        DIR is $XDG_STATE_HOME/controlplane-agent, else ~/.local/state/controlplane-agent. Settings are read from the environment,
        such as ControlPlane__Agent__QemuPath.
        """;

    private const string Again = "--again";
    private static readonly string[] known = ["--server", "--token", "--name", "--zone", "--data"];

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    private AgentArguments(string command) => Command = command;

    /// <summary><c>join</c>, <c>run</c> or <c>watchdog</c>.</summary>
    internal string Command { get; }

    /// <summary>Whether a machine that has joined joins anew.</summary>
    internal bool JoinsAgain { get; private set; }

    /// <summary>The directory of the agent.</summary>
    internal string Folder => values.GetValueOrDefault("--data") ?? Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "controlplane-agent");

    /// <summary>Reads the command line, or says in a sentence what is wrong with it.</summary>
    internal static AgentArguments? Read(IReadOnlyList<string> words, out string fault)
    {
        fault = "";
        if (words is not [("join" or "run" or "watchdog") and var command, ..])
        {
            fault = "The first word is join, run or watchdog.";
            return null;
        }
        var read = new AgentArguments(command);
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i] == Again && command == "join") { read.JoinsAgain = true; continue; }
            var isKnown = known.Contains(words[i]) && (command == "join" || words[i] == "--data");
            if (!isKnown) { fault = $"{command} does not know {words[i]}."; }
            else if (i + 1 == words.Count || !read.values.TryAdd(words[i], words[i + 1])) { fault = $"{words[i]} has one value."; }
            if (fault.Length > 0) { return null; }
            i++;
        }
        fault = command == "join" ? read.MissingForJoin() : "";
        return fault.Length == 0 ? read : null;
    }

    /// <summary>The value of an option, or null.</summary>
    internal string? Value(string option) => values.GetValueOrDefault(option);

    private string MissingForJoin() =>
        Value("--token") is null ? "join needs --token."
        : Uri.TryCreate(Value("--server"), UriKind.Absolute, out var server) && server is { Scheme: "https", PathAndQuery: "/" } ? ""
        : "join needs --server with an address such as https://controlplane.example:5443.";
}
