using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Fencing;
using ControlPlane.Agent.Reporting;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Vms;

/// <summary>
/// Follows the assignments of one scope, keeps a supervisor for each of its VMs and reports what they see. It owns no guest: when it
/// ends, by a stop of the service or by its death, guests run on and the next one takes them up.
/// </summary>
public sealed class HostAgent
{
    private const int FullPage = 1000;

    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(50);

    private readonly IAgentLink link;
    private readonly IVmDriver driver;
    private readonly AssignmentScope scope;
    private readonly AgentOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<HostAgent> logger;
    private readonly ReportQueue reports;
    private readonly SemaphoreSlim gate;
    private readonly StrayWatch strays;
    private readonly VmFence? fence;
    private readonly Lock sync = new();
    // A VM that moves between two simulated hosts is on both.
    private readonly Dictionary<(string Host, string Vm), (VmSupervisor Supervisor, CancellationTokenSource Life, Task Run)>
        supervised = [];

    /// <summary>An agent that does nothing until it runs.</summary>
    /// <param name="link">Its way to the service.</param>
    /// <param name="driver">What runs its VMs.</param>
    /// <param name="scope">Whose assignments it follows.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where decisions are told.</param>
    /// <param name="fence">What its host's lease lets it do; null for an agent within the service, which needs none.</param>
    public HostAgent(
        IAgentLink link, IVmDriver driver, AssignmentScope scope, AgentOptions options, TimeProvider time, ILogger<HostAgent> logger,
        VmFence? fence = null)
    {
        this.fence = fence;
        (this.link, this.driver, this.scope, this.options, this.time, this.logger) = (link, driver, scope, options, time, logger);
        reports = new ReportQueue(link, scope, options, time, logger);
        gate = new SemaphoreSlim(options.MaxConcurrentDriverCalls);
        strays = new StrayWatch(driver, options, time, logger);
    }

    private string ScopeName => scope.HostId ?? "all simulated hosts";

    /// <summary>Facts to report: before the agent runs, or whenever they change.</summary>
    public void Announce(HostFacts facts) => reports.Post(facts);

    /// <summary>A VM's serial console as kept here; null when there is none.</summary>
    public IConsoleLog? Console(string vmId) => driver.Console(vmId);

    /// <summary>Runs until the token ends; guests are left as they are.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        VmsLog.AgentStarts(logger, ScopeName);
        using var life = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task> loops = [Task.Run(() => reports.RunAsync(life.Token), ct), Task.Run(() => FollowAsync(life.Token), ct)];
        if (fence is not null) { loops.Add(Task.Run(() => fence.RunAsync(LookAgain, life.Token), ct)); }
        try
        {
            await await Task.WhenAny(loops);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            VmsLog.AgentStops(logger, ScopeName);
        }
        finally
        {
            await life.CancelAsync();
            await Task.WhenAll([.. loops, .. Supervisors()]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        var backoff = new LinkBackoff(options, time);
        var revision = 0L;
        var strayLoop = Task.CompletedTask;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var page = await FetchAsync(revision, ct);
                backoff.Succeeded();
                Apply(page, ct);
                // What is remembered (revision 0) is only a part of what is told.
                if (strayLoop == Task.CompletedTask && (page.Complete || (page.Revision > 0 && page.Items.Count < FullPage)))
                {
                    VmsLog.FirstState(logger, ScopeName, SupervisedIds().Count, page.Revision);
                    strayLoop = strays.RunAsync(SupervisedIds, reports.Post, ct);
                }

                await PauseUnlessAheadAsync(page, revision, ct);
                revision = page.Revision;
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                VmsLog.AssignmentsFailed(logger, fault, revision, backoff.Next.TotalMilliseconds);
                await backoff.WaitAsync(ct);
            }
        }

        await strayLoop;
    }

    // A service that answers an idle wait at once, as one without any change yet does, must not be asked in a tight loop.
    private Task PauseUnlessAheadAsync(AssignmentPage page, long revision, CancellationToken ct) =>
        page.Items.Count == 0 && page.Revision <= revision ? Task.Delay(IdlePause, time, ct) : Task.CompletedTask;

    private async Task<AssignmentPage> FetchAsync(long revision, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.AssignmentWaitTimeoutSeconds), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        return await link.WaitAssignmentsAsync(scope, revision, both.Token);
    }

    private void Apply(AssignmentPage page, CancellationToken ct)
    {
        foreach (var vm in page.Items)
        {
            Assign(vm, ct);
        }

        if (page.Complete)
        {
            LetGo(page.Items.Select(KeyOf).ToHashSet());
        }
    }

    private void Assign(VmAssignment vm, CancellationToken ct)
    {
        lock (sync)
        {
            if (supervised.TryGetValue(KeyOf(vm), out var entry) && entry.Supervisor.Assign(vm))
            {
                return;
            }

            var supervisor = new VmSupervisor(vm, driver, gate, options, time, reports.Post, logger, fence);
            var life = CancellationTokenSource.CreateLinkedTokenSource(ct);
            supervised[KeyOf(vm)] = (supervisor, life, Task.Run(() => SuperviseAsync(KeyOf(vm), supervisor, life), CancellationToken.None));
        }
    }

    private async Task SuperviseAsync((string Host, string Vm) key, VmSupervisor supervisor, CancellationTokenSource life)
    {
        using (life)
        {
            await supervisor.RunAsync(life.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (sync)
            {
                if (supervised.TryGetValue(key, out var entry) && ReferenceEquals(entry.Supervisor, supervisor))
                {
                    supervised.Remove(key);
                }
            }
        }
    }

    private static (string Host, string Vm) KeyOf(VmAssignment vm) => (vm.HostId, vm.VmId);

    // A VM that the full state no longer lists has no record: it is left alone and shows up as a stray.
    private void LetGo(HashSet<(string Host, string Vm)> listed)
    {
        lock (sync)
        {
            foreach (var (key, entry) in supervised.Where(pair => !listed.Contains(pair.Key)).ToList())
            {
                entry.Life.Cancel();
                supervised.Remove(key);
            }
        }
    }

    private HashSet<string> SupervisedIds()
    {
        lock (sync)
        {
            return [.. supervised.Keys.Select(key => key.Vm)];
        }
    }

    // What the lease lets each of them do has changed, or will be asked for under another.
    private void LookAgain()
    {
        lock (sync)
        {
            foreach (var entry in supervised.Values) { entry.Supervisor.LookAgain(); }
        }
    }

    private List<Task> Supervisors()
    {
        lock (sync)
        {
            return [.. supervised.Values.Select(entry => entry.Run)];
        }
    }
}
