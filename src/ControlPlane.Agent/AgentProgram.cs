using System.Runtime.InteropServices;
using ControlPlane.Agent.Commands;
using ControlPlane.Agent.Fencing;
using ControlPlane.Agent.Remote;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Agent;

/// <summary><c>controlplane-agent</c>: the agent as a program of its own.</summary>
internal static class AgentProgram
{
    private const int Refused = 1;
    private const int BadUsage = 64; // EX_USAGE of sysexits.h
    private const int CannotStart = 78; // EX_CONFIG

    private static async Task<int> Main(string[] words)
    {
        if (words is ["--help" or "-h" or "help", ..])
        {
            Console.WriteLine(AgentArguments.Usage);
            return 0;
        }
        if (AgentArguments.Read(words, out var fault) is { } arguments) { return await RunAsync(arguments); }
        await Console.Error.WriteLineAsync($"{fault}{Environment.NewLine}{AgentArguments.Usage}");
        return BadUsage;
    }

    // It takes no settings and not the folder: that is the agent's, which it outlives.
    private static async Task<int> WatchAsync(AgentArguments arguments)
    {
        var time = new BootTime();
        using var ending = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        using var logs = new LoggerFactory([new LineLogs(Console.Error, time)]);
        var watchdog = new Watchdog(arguments.Folder, time, logs.CreateLogger<Watchdog>());
        return await watchdog.RunAsync(ending.Token) ? 0 : Refused;
    }

    private static async Task<int> RunAsync(AgentArguments arguments)
    {
        if (arguments.Command == "watchdog") { return await WatchAsync(arguments); }
        if (Prepare(arguments, out var folder, out var fault) is not { } options)
        {
            folder?.Dispose();
            await Console.Error.WriteLineAsync(fault);
            return CannotStart;
        }
        var time = new BootTime();
        using var ending = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var logs = new LoggerFactory([new LineLogs(Console.Error, time)]);
        using (folder)
        {
            try
            {
                if (arguments.Command == "run")
                {
                    await new RunCommand(folder!, options, time, logs).RunAsync(ending.Token);
                    return 0;
                }
                var join = new JoinCommand(folder!, options, time, logs);
                Console.WriteLine(await join.RunAsync(arguments, ending.Token));
                return 0;
            }
            catch (JoiningException refused)
            {
                await Console.Error.WriteLineAsync(refused.Message);
                return Refused;
            }
        }
    }

    // What the person who set the agent up must know, as one sentence.
    private static AgentOptions? Prepare(AgentArguments arguments, out AgentFolder? folder, out string fault)
    {
        folder = null;
        try
        {
            (folder, fault) = (AgentFolder.Take(arguments.Folder), "");
            return AgentSettings.Read(folder.Vms);
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            fault = $"{arguments.Folder} cannot be used: {taken.Message} Give a directory of this user's that no other agent uses.";
        }
        catch (OptionsValidationException bad)
        {
            fault = string.Join(' ', bad.Failures);
        }
        catch (InvalidOperationException bad)
        {
            fault = $"A setting ControlPlane__Agent__… cannot be read: {bad.Message}";
        }
        return null;
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true;
        ending.Cancel();
    }
}
