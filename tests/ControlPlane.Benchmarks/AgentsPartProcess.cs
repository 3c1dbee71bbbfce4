using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>The process of an <see cref="AgentsPart"/>. When it vanishes, whoever waits for it is told.</summary>
internal sealed class AgentsPartProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentDictionary<string, long> arrived;
    private readonly Task reading;
    private volatile TaskCompletionSource<string> answer = Source();

    private AgentsPartProcess(Process process, ConcurrentDictionary<string, long> arrived)
    {
        (this.process, this.arrived) = (process, arrived);
        reading = ReadAsync();
    }

    /// <summary>Begins one without agents.</summary>
    /// <param name="door">Where agents come in.</param>
    /// <param name="arrived">Gets the moment at which each VM's first assignment came, by the machine's monotonic clock.</param>
    public static AgentsPartProcess Start(Uri door, ConcurrentDictionary<string, long> arrived) =>
        new(OwnProcess.Start("agents-part", $"{door}"), arrived);

    /// <summary>Has one more agent for each of the tokens; returns when they have joined.</summary>
    public Task JoinAsync(IEnumerable<string> tokens) => SayAsync($"join {string.Join(' ', tokens)}");

    /// <summary>Its agents wait and renew their leases from now on; returns when each has waited once.</summary>
    public Task BeginAsync() => SayAsync("begin");

    /// <summary>Forgets the renewals until now.</summary>
    public Task ForgetAsync() => SayAsync("forget");

    /// <summary>What its agents have seen.</summary>
    public async Task<AgentsPartReport> TellAsync() => JsonSerializer.Deserialize<AgentsPartReport>(await SayAsync("tell"))!;

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    private async Task<string> SayAsync(string line)
    {
        var next = answer = Source();
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
        return await next.Task;
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["vm", var name, var at]) { arrived.TryAdd(name, long.Parse(at, CultureInfo.InvariantCulture)); }
            else { answer.TrySetResult(line); }
        }
        answer.TrySetException(new InvalidOperationException("a part of the agents has ended"));
    }

    private static TaskCompletionSource<string> Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
