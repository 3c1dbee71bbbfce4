namespace ControlPlane.Core.Vms;

/// <summary>
/// Which state may follow which: the one matrix. Reports come together and miss what lay between, so that any state a host can
/// see (stopped, starting, running, paused, stopping, failed) follows any other; nothing becomes creating, and what migrates
/// is not removed before that has ended.
/// </summary>
public static class VmTransitions
{
    /// <summary>Whether <paramref name="to"/> may follow <paramref name="from"/>; a state may always follow itself.</summary>
    public static bool Allows(VmState from, VmState to) => from == to || from switch
    {
        VmState.Creating => to is VmState.Stopped or VmState.Starting or VmState.Running or VmState.Paused or VmState.Stopping
            or VmState.Deleting or VmState.Failed or VmState.Unknown,
        VmState.Stopped => to is VmState.Starting or VmState.Running or VmState.Paused or VmState.Stopping or VmState.Migrating
            or VmState.Deleting or VmState.Failed or VmState.Unknown,
        VmState.Starting => to is VmState.Running or VmState.Paused or VmState.Stopped or VmState.Stopping or VmState.Deleting
            or VmState.Failed or VmState.Unknown,
        VmState.Running => to is VmState.Paused or VmState.Stopping or VmState.Stopped or VmState.Starting or VmState.Migrating
            or VmState.Deleting or VmState.Failed or VmState.Unknown,
        VmState.Paused => to is VmState.Running or VmState.Stopping or VmState.Stopped or VmState.Starting or VmState.Migrating
            or VmState.Deleting or VmState.Failed or VmState.Unknown,
        VmState.Stopping => to is VmState.Stopped or VmState.Running or VmState.Paused or VmState.Starting or VmState.Deleting
            or VmState.Failed or VmState.Unknown,
        VmState.Migrating => to is VmState.Running or VmState.Paused or VmState.Stopped or VmState.Starting or VmState.Stopping
            or VmState.Failed or VmState.Unknown,
        VmState.Deleting => to is VmState.Stopped or VmState.Starting or VmState.Running or VmState.Paused or VmState.Stopping
            or VmState.Failed or VmState.Unknown,
        VmState.Failed => to is VmState.Starting or VmState.Running or VmState.Paused or VmState.Stopped or VmState.Stopping
            or VmState.Deleting or VmState.Unknown,
        VmState.Unknown => to is VmState.Stopped or VmState.Starting or VmState.Running or VmState.Paused or VmState.Stopping
            or VmState.Deleting or VmState.Failed,
    };
}
