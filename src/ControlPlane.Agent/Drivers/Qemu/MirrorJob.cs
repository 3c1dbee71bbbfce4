namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>How far a disk's way to the target is.</summary>
/// <param name="Status">QEMU's word for the job.</param>
/// <param name="Bytes">Sent.</param>
/// <param name="BytesTotal">To be sent; grows while the guest writes.</param>
/// <param name="Error">Why it failed, or null.</param>
internal sealed record MirrorJob(string Status, long Bytes, long BytesTotal, string? Error)
{
    /// <summary>Both disks are the same and are kept so.</summary>
    public bool IsReady => Status is "ready" or "standby";

    public bool IsOver => Status is "concluded" or "null";
}
