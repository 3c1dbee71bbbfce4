using ControlPlane.Agent.Remote;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Agent.Fencing;

/// <summary>
/// Stands between what a host was told and what it may do: by its lease, by the session that it was told in, and by whether a watchdog
/// would end what the agent does not.
/// </summary>
public sealed class VmFence(HostLease lease, Func<bool> watched, TimeProvider time)
{
    private static readonly TimeSpan beat = TimeSpan.FromMilliseconds(100);

    /// <summary>What may be done with a VM now.</summary>
    public VmLeave Of(VmAssignment vm)
    {
        // To end is always allowed; and a service without sessions promises nothing to anybody.
        if (vm.Session == 0 || vm.Power == DesiredPower.Absent) { return VmLeave.Free; }
        var present = vm.Session == lease.Session;
        // What was found running and is to stay is kept running by what was told before, until the service is heard.
        if (vm.OnHostLoss == HostLossRule.Stay) { return present || !lease.HasBegun ? VmLeave.Free : VmLeave.Keep; }
        return lease.Stage switch
        {
            FenceStage.Pause => VmLeave.Pause,
            FenceStage.Stop => VmLeave.Stop,
            // In another session it may be another host's by now, and a lease of this one must not let it begin.
            FenceStage.Run => present && watched() ? VmLeave.Free : VmLeave.Keep,
        };
    }

    /// <summary>Calls whenever what may be done changes, until the token ends.</summary>
    internal async Task RunAsync(Action changed, CancellationToken ct)
    {
        var before = Seen();
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(beat, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = Seen();
            if (now != before) { changed(); }
            before = now;
        }
    }

    private (FenceStage, long, bool) Seen() => (lease.Stage, lease.Session, watched());
}
