using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Hosts;

/// <summary>
/// How cores are shared between VMs that own them and VMs that float. A pinned vCPU takes one core out of the common ones, whatever the
/// over-commitment; what floats must fit, over-committed, in the cores that are left.
/// </summary>
internal static class CoreRoom
{
    /// <summary>vCPUs that may still float: (cores − pinned) × ratio − floating, never more than what is left of the capacity.</summary>
    internal static long FreeVcpus(long cores, Overcommit ratio, long used, long pinned) => Math.Min(
        Inventory.CapacityOf(cores, pinned, ratio) - (used - pinned), Inventory.CapacityOf(cores, 0, ratio) - used);

    /// <summary>Cores that may still be taken whole: those that are neither pinned nor needed by what floats.</summary>
    internal static long FreeCores(long cores, Overcommit ratio, long used, long pinned)
    {
        var needed = (Int128)(used - pinned) * 1000;
        var shared = (long)((needed + ratio.Permille - 1) / ratio.Permille);
        // With a ratio below one the capacity is less than the cores: what is promised must stay within it.
        return Math.Min(cores - pinned - shared, Inventory.CapacityOf(cores, 0, ratio) - used);
    }
}
