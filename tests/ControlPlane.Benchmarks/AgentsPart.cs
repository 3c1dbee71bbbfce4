using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Channels;
using ControlPlane.Agent.Remote;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Benchmarks;

/// <summary>
/// Some of the simulated agents in a process of their own: ten thousand in one would wait for its collections, and the service be blamed.
/// It is told on its input, a line each, and says on its output what <see cref="AgentsPartProcess"/> reads.
/// </summary>
internal static class AgentsPart
{
    private const int Joins = 4;
    private const int BeginAtOnce = 25;

    /// <summary>Runs one agent for each join token that it is told, until its input ends.</summary>
    /// <param name="door">Where agents come in.</param>
    public static async Task ServeAsync(Uri door)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        var said = Channel.CreateUnbounded<string>(new() { SingleReader = true });
        var writing = WriteAsync(said.Reader);
        using var authority = await AuthorityAsync(door);
        using var joining = ServiceConnection.Open(door, authority, () => null);
        List<SimulatedAgent> fleet = [];
        using var end = new CancellationTokenSource();
        List<Task> running = [];
        while (await input.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["join", .. var tokens]) { fleet.AddRange(await JoinAsync(door, joining, tokens)); }
            if (line == "begin") { await BeginAsync(fleet, running, said.Writer, end.Token); }
            if (line == "forget") { fleet.ForEach(agent => agent.TakeRenewals()); }
            said.Writer.TryWrite(line == "tell" ? Tell(fleet, running) : "done");
        }
        await end.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        fleet.ForEach(agent => agent.Dispose());
        said.Writer.Complete();
        await writing;
    }

    private static async Task<X509Certificate2> AuthorityAsync(Uri door)
    {
        using var unknown = ServiceConnection.OpenUnknown(door);
        var document = await unknown.GetStringAsync(AgentProtocol.Authority);
        return X509Certificate2.CreateFromPem(JsonSerializer.Deserialize(document, AgentJson.Default.AuthorityDocument)!.Certificate);
    }

    private static async Task<IReadOnlyCollection<SimulatedAgent>> JoinAsync(Uri door, HttpClient joining, string[] tokens)
    {
        var fleet = new ConcurrentBag<SimulatedAgent>();
        await Parallel.ForEachAsync(tokens, new ParallelOptions { MaxDegreeOfParallelism = Joins }, async (token, _) =>
            fleet.Add(await SimulatedAgent.JoinAsync(door, joining, token)));
        return fleet;
    }

    // The renewals are spread over the first ten seconds, as those of hosts that began at any time would be.
    private static async Task BeginAsync(List<SimulatedAgent> fleet, List<Task> running, ChannelWriter<string> said, CancellationToken ct)
    {
        var firsts = fleet.ConvertAll(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        foreach (var (index, agent) in fleet.Index())
        {
            running.Add(agent.RunAsync(firsts[index],
                vm => said.TryWrite(string.Create(CultureInfo.InvariantCulture, $"vm {vm} {Stopwatch.GetTimestamp()}")),
                TimeSpan.FromMilliseconds(10_000.0 * index / fleet.Count), ct));
            if (index % BeginAtOnce == BeginAtOnce - 1) { await firsts[index].Task; }
        }
        await Task.WhenAll(firsts.Select(first => first.Task));
    }

    private static string Tell(List<SimulatedAgent> fleet, List<Task> running) => JsonSerializer.Serialize(new AgentsPartReport(
        [.. fleet.SelectMany(agent => agent.TakeRenewals()).Select(time => Math.Round(time.TotalMilliseconds, 1))],
        running.Count(task => task.IsCompleted), [.. fleet.SelectMany(agent => agent.Refusals)]));

    private static async Task WriteAsync(ChannelReader<string> said)
    {
        await foreach (var line in said.ReadAllAsync()) { Console.WriteLine(line); }
    }
}
