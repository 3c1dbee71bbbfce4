using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Queueing;

/// <summary>One that waits, and for whom there is room now.</summary>
/// <param name="Operation">Its operation, to read.</param>
/// <param name="Vm">Its VM, to read.</param>
/// <param name="Chain">The pools it is charged to.</param>
/// <param name="Demand">What it looks for.</param>
internal sealed record QueueCandidate(Operation Operation, Vm Vm, IReadOnlyList<Pool> Chain, Demand Demand);
