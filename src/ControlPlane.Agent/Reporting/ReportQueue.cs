using System.Threading.Channels;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Reporting;

/// <summary>
/// What the service does not know yet. Per VM only the newest observation is kept, so the queue is bounded by the number of VMs; an
/// observation leaves it when the service has it durably.
/// </summary>
internal sealed class ReportQueue(
    IAgentLink link, AssignmentScope scope, AgentOptions options, TimeProvider time, ILogger logger)
{
    private const int MaxVmsPerReport = 256;

    private readonly Lock sync = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly LinkBackoff backoff = new(options, time);

    // Insertion order is kept apart, so that a VM which changes all the time does not hold up the others.
    private readonly Dictionary<(string? Host, string Vm), VmObservation> newest = [];
    private readonly Queue<(string? Host, string Vm)> order = new();
    private HostFacts? facts;
    private IReadOnlyList<AgentCondition>? conditions;
    private long sequence;

    public void Post(VmObservation observation)
    {
        lock (sync)
        {
            // Grows also from one agent process to the next, as long as the clock does.
            sequence = Math.Max(sequence + 1, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
            var key = (observation.HostId, observation.VmId);
            if (!newest.ContainsKey(key))
            {
                order.Enqueue(key);
            }

            newest[key] = observation with { Sequence = sequence };
        }

        wake.Writer.TryWrite(true);
    }

    public void Post(HostFacts next)
    {
        lock (sync)
        {
            facts = next;
        }

        wake.Writer.TryWrite(true);
    }

    public void Post(IReadOnlyList<AgentCondition> next)
    {
        lock (sync)
        {
            conditions = next;
        }

        wake.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        while (await wake.Reader.WaitToReadAsync(ct))
        {
            wake.Reader.TryRead(out _);
            while (Take() is { } report)
            {
                await SendAsync(report, ct);
            }
        }
    }

    private AgentReport? Take()
    {
        lock (sync)
        {
            var vms = new List<VmObservation>(Math.Min(order.Count, MaxVmsPerReport));
            while (vms.Count < MaxVmsPerReport && order.TryDequeue(out var key) && newest.Remove(key, out var observation))
            {
                vms.Add(observation);
            }

            if (vms.Count == 0 && facts is null && conditions is null)
            {
                return null;
            }

            var report = new AgentReport { HostId = scope.HostId, Facts = facts, Conditions = conditions, Vms = vms };
            (facts, conditions) = (null, null);
            return report;
        }
    }

    private async Task SendAsync(AgentReport report, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.ReportTimeoutSeconds), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await link.ReportAsync(report, both.Token);
            backoff.Succeeded();
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            ReportingLog.ReportFailed(logger, fault, report.Vms.Count, backoff.Next.TotalMilliseconds);
            PutBack(report);
            await backoff.WaitAsync(ct);
        }
    }

    private void PutBack(AgentReport report)
    {
        lock (sync)
        {
            facts ??= report.Facts;
            conditions ??= report.Conditions;
            foreach (var observation in report.Vms)
            {
                if (newest.TryAdd((observation.HostId, observation.VmId), observation))
                {
                    order.Enqueue((observation.HostId, observation.VmId));
                }
            }
        }
    }
}
