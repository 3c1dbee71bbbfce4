using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Operations;

/// <summary>What a worker waits for between two commits.</summary>
/// <param name="Step">The step.</param>
/// <param name="Undo">Whether its undoing.</param>
/// <param name="Progress">How to tell.</param>
/// <param name="Deadline">Until when.</param>
/// <param name="Vm">The VM to look at.</param>
public sealed record StepWait(int Step, bool Undo, Func<Vm, StepProgress> Progress, DateTimeOffset Deadline, VmId Vm);
