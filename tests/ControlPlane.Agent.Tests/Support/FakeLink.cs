using System.Collections.Concurrent;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Support;

/// <summary>The service's side of the link: assignments with revisions, and every report that arrived.</summary>
public sealed class FakeLink : IAgentLink
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, VmAssignment> assignments = [];
    private readonly List<AgentReport> reports = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long revision;

    /// <summary>How many of the next reports are refused.</summary>
    public int ReportsToRefuse { get; set; }

    /// <summary>How many of the next waits for assignments fail.</summary>
    public int WaitsToFail { get; set; }

    public ConcurrentQueue<long> AskedAfter { get; } = new();

    public IReadOnlyList<AgentReport> Reports
    {
        get
        {
            lock (sync)
            {
                return [.. reports];
            }
        }
    }

    public IReadOnlyList<VmObservation> Of(string vmId) => [.. Reports.SelectMany(report => report.Vms).Where(vm => vm.VmId == vmId)];

    public void Assign(params VmAssignment[] vms)
    {
        lock (sync)
        {
            foreach (var vm in vms)
            {
                assignments[vm.VmId] = vm with { Revision = ++revision };
            }

            changed.TrySetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task<AssignmentPage> WaitAssignmentsAsync(AssignmentScope scope, long after, CancellationToken ct)
    {
        AskedAfter.Enqueue(after);
        while (true)
        {
            Task wait;
            lock (sync)
            {
                if (WaitsToFail > 0)
                {
                    WaitsToFail--;
                    throw new IOException("the service is not there");
                }

                var items = assignments.Values.Where(vm => vm.Revision > after).OrderBy(vm => vm.Revision).Take(1000).ToList();
                if (items.Count > 0 || after == 0)
                {
                    return new AssignmentPage(items.Count > 0 ? items[^1].Revision : revision, after == 0 && items.Count < 1000, items);
                }

                wait = changed.Task;
            }

            await wait.WaitAsync(ct);
        }
    }

    public Task ReportAsync(AgentReport report, CancellationToken ct)
    {
        lock (sync)
        {
            if (ReportsToRefuse > 0)
            {
                ReportsToRefuse--;
                throw new IOException("the report was not taken");
            }

            reports.Add(report);
        }

        return Task.CompletedTask;
    }
}
