using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// What a guest that runs sees of its machine: it goes on elsewhere only where that is the same. QEMU itself does not compare: a CPU with
/// less takes the guest over "successfully", and the guest dies.
/// </summary>
/// <param name="Engine">The engine it is on: there is no live way from one kind to the other.</param>
/// <param name="Machine">The machine type, the CPU model and the version of QEMU, as <see cref="EngineSnapshot.Machine"/> words
/// them.</param>
public sealed record GuestMachine(EngineKind Engine, string Machine);
