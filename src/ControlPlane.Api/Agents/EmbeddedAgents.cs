using ControlPlane.Agent;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Drivers.Simulated;
using ControlPlane.Agent.Hosts;
using ControlPlane.Agent.Vms;
using ControlPlane.Api.Http;
using ControlPlane.Api.Health;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Agents;

/// <summary>Runs the agents inside the service: one for all simulated hosts, one for this machine when it is a host.</summary>
public sealed class EmbeddedAgents(
    Store store, Duties duties, IAgentLink link, IOptions<LocalHostOptions> local, IOptions<AgentOptions> agent, TimeProvider time,
    ILoggerFactory loggers)
    : BackgroundService, IReadinessCheck
{
    private const string SimulatedDuty = "simulated-hosts";

    private readonly ILogger logger = loggers.CreateLogger<EmbeddedAgents>();
    private volatile HostAgent? simulated;
    private volatile HostAgent? real;
    private volatile bool discovered;

    /// <inheritdoc/>
    public string Name => "localHost";

    private string LocalDuty => $"host/{local.Value.Name}";

    /// <inheritdoc/>
    public ValueTask<string?> ReasonNotReadyAsync(CancellationToken ct) => ValueTask.FromResult(
        !local.Value.Enabled || discovered ? null
        : !store.Opened.IsCompleted ? "the store is not open yet"
        : duties.Has(LocalDuty) ? "this machine is being discovered and its engines proved"
        : $"the host '{local.Value.Name}' is served by another process; give this machine another ControlPlane:LocalHost:Name");

    /// <summary>
    /// The kept text of a VM's serial console, and with <paramref name="follow"/> what comes; null when none is kept here.
    /// </summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? ReadConsole(string vmId, bool follow, CancellationToken ct) =>
        (real?.Console(vmId) ?? simulated?.Console(vmId))?.ReadAsync(follow, ct);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.Opened.WaitAsync(stoppingToken);
        List<Task> agents =
        [
            KeepRunningAsync("simulated hosts", () => duties.RunAsync(SimulatedDuty, RunSimulatedAsync, stoppingToken), stoppingToken),
        ];
        if (local.Value.Enabled)
        {
            agents.Add(KeepRunningAsync(local.Value.Name, () => duties.RunAsync(LocalDuty, RunLocalAsync, stoppingToken), stoppingToken));
        }
        await Task.WhenAll(agents);
    }

    // A driver of its own each time: what the hosts did while another process had them is read from the store.
    private Task RunSimulatedAsync(CancellationToken ct)
    {
        var agentOfAll = new HostAgent(
            link, new SimulatedDriver(time), new AssignmentScope(null), agent.Value, time, loggers.CreateLogger<HostAgent>());
        simulated = agentOfAll;
        return agentOfAll.RunAsync(ct);
    }

    private async Task RunLocalAsync(CancellationToken ct)
    {
        var id = await LocalIdAsync(ct);
        if (local.Value.Driver == "SIMULATED")
        {
            await AnnounceAsync(id, SimulatedFacts.Of(await DiscoverAsync(ct)), ct);
            return;
        }
        await using var driver = new QemuDriver(agent.Value, time, loggers.CreateLogger<QemuDriver>());
        var running = new HostAgent(link, driver, new AssignmentScope(id.ToString()), agent.Value, time, loggers.CreateLogger<HostAgent>());
        real = running;
        // Guests of an earlier run are taken up at once; proving the engines takes seconds and happens meanwhile. A new host has none.
        using var life = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var known = discovered;
        var serving = known ? running.RunAsync(life.Token) : Task.CompletedTask;
        try
        {
            await AnnounceAsync(id, await DiscoverAsync(ct), ct);
            if (!known) { serving = running.RunAsync(life.Token); }
            await serving;
        }
        finally
        {
            await life.CancelAsync();
            await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnnounceAsync(HostId id, HostFacts facts, CancellationToken ct)
    {
        await link.ReportAsync(new AgentReport { HostId = id.ToString(), Facts = facts }, ct);
        discovered = true;
    }

    private Task<HostFacts> DiscoverAsync(CancellationToken ct)
    {
        var proof = new EngineProof(agent.Value, time, loggers.CreateLogger<EngineProof>());
        return new HostDiscovery(agent.Value, proof, time, loggers.CreateLogger<HostDiscovery>()).DiscoverAsync(ct);
    }

    // The host keeps its id for as long as the data directory lives.
    private async Task<HostId> LocalIdAsync(CancellationToken ct)
    {
        await using var db = store.Read(null);
        var name = ResourceName.Parse(local.Value.Name);
        var known = await db.Hosts.Where(host => host.Name == name && host.Facts != null)
            .Select(host => (HostId?)host.Id).FirstOrDefaultAsync(ct);
        // A machine that is known serves at once; what has changed of it follows when it is discovered anew.
        discovered = known is not null;
        return known ?? new HostId(Guid.CreateVersion7(time.GetUtcNow()));
    }

    private async Task KeepRunningAsync(string scope, Func<Task> run, CancellationToken ct)
    {
        for (var pause = 1; !ct.IsCancellationRequested; pause = Math.Min(pause * 2, 60))
        {
            try
            {
                await run();
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                AgentsLog.AgentEnded(logger, scope, pause, fault);
                await Task.Delay(TimeSpan.FromSeconds(pause), time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
