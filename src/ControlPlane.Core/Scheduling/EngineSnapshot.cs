using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>An engine as the scheduler sees it.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Usable">Whether it runs and is proved.</param>
/// <param name="Reason">Why it is not usable, as one word; empty when it is.</param>
/// <param name="Capacity">The classes whose use it bounds, with the bound.</param>
/// <param name="Used">What its VMs hold of those.</param>
public sealed record EngineSnapshot(EngineKind Kind, bool Usable, string Reason, ResourceVector Capacity, ResourceVector Used)
{
    /// <summary>The classes whose use it bounds to nothing, which a vector cannot say: its ratio leaves less than one of them.</summary>
    public IReadOnlyList<ResourceClass> Barred { get; init; } = [];

    /// <summary>The machine that it gives its guests, such as <c>q35 qemu64 qemu-7.2</c>; empty when it is not known.</summary>
    public string Machine { get; init; } = "";
}
