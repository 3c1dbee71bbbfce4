using ControlPlane.Agent.Drivers;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Vms;

/// <summary>Looks for VMs on the host that no record owns. It only says so: what nobody owns may still be somebody's.</summary>
internal sealed class StrayWatch(IVmDriver driver, AgentOptions options, TimeProvider time, ILogger logger)
{
    private const int NamedAtMost = 20;

    private AgentCondition? current;

    /// <summary>Looks at once and then periodically; tells when what it sees has changed.</summary>
    public async Task RunAsync(
        Func<HashSet<string>> owned, Action<IReadOnlyList<AgentCondition>> report, CancellationToken ct)
    {
        while (true)
        {
            await CheckAsync(owned, report, ct);
            await Task.Delay(TimeSpan.FromSeconds(options.StrayCheckSeconds), time, ct);
        }
    }

    private async Task CheckAsync(
        Func<HashSet<string>> owned, Action<IReadOnlyList<AgentCondition>> report, CancellationToken ct)
    {
        try
        {
            // Listed before asking who is owned: a VM that is being made in between is then owned already.
            var present = await driver.ListAsync(ct);
            var known = owned();
            var next = Describe([.. present.Where(vmId => !known.Contains(vmId)).Order(StringComparer.Ordinal)]);
            if (next.Status == current?.Status && next.Message == current.Message)
            {
                return;
            }

            current = next.Status == current?.Status ? next with { LastTransitionTime = current.LastTransitionTime } : next;
            report([current]);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            VmsLog.StrayCheckFailed(logger, fault);
        }
    }

    private AgentCondition Describe(List<string> strays)
    {
        if (strays.Count == 0)
        {
            return new("StrayProcesses", "FALSE", "NoneFound", "Every VM on the host has a record.", time.GetUtcNow());
        }

        var ids = string.Join(", ", strays.Take(NamedAtMost));
        VmsLog.Strays(logger, strays.Count, ids);
        return new("StrayProcesses", "TRUE", "NoRecord", $"{strays.Count} VMs on the host have no record: {ids}", time.GetUtcNow());
    }
}
