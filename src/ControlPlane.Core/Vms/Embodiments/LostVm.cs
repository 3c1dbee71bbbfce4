using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What becomes of a VM whose host is silent or lost.</summary>
public static class LostVm
{
    /// <summary>The verdict, the first that applies.</summary>
    /// <param name="custody">Whose it is.</param>
    /// <param name="owner">How its host stands.</param>
    /// <param name="onlyThere">Whether a disk of it exists on that host alone.</param>
    /// <param name="brake">Whether automatic restarts stand still. An operator's statement is not automatic.</param>
    public static LostVmVerdict Judge(Custody custody, HostStanding owner, bool onlyThere, LossBrake brake)
    {
        if (owner.State is HostLiveness.Active or HostLiveness.Suspect) { return LostVmVerdict.NotLost; }
        // First what no proof would change.
        if (onlyThere) { return LostVmVerdict.DisksLost; }
        if (!owner.ProvesEnded(custody.Promised)) { return LostVmVerdict.NotProvenEnded; }
        return brake.Holds && owner.Proof is LossProof.LeaseOver ? LostVmVerdict.WaitsForBrake : LostVmVerdict.StartsElsewhere;
    }
}
