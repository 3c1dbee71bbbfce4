using ControlPlane.Core.Operations;

namespace ControlPlane.Core.Vms;

/// <summary>For whom a VM was stopped, and so holds no more than its disk.</summary>
/// <param name="By">The VM that took its place.</param>
/// <param name="Name">That VM's name.</param>
/// <param name="Priority">That VM's priority.</param>
/// <param name="Operation">The operation that made it.</param>
/// <param name="Time">When.</param>
public sealed record VmPreemption(VmId By, string Name, int Priority, OperationId Operation, DateTimeOffset Time);
