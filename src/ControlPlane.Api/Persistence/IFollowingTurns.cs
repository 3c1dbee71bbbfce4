using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Gives turns that follow others in the same commit: what a change brings on is durable with it, and costs no commit of its own. Such a
/// turn stands or falls by itself; whoever gives it must not count on it, as a fault of it is told to nobody.
/// </summary>
public interface IFollowingTurns
{
    /// <summary>The turn that is to follow one that changed a VM; null when none is. Asked in the lane: it must not wait.</summary>
    /// <param name="vm">As that turn leaves it, to be looked at.</param>
    /// <param name="operation">An operation as of this turn, to be looked at; null when it is not in memory.</param>
    Func<StoreSession, Task>? After(Vm vm, Func<OperationId, Operation?> operation);
}
