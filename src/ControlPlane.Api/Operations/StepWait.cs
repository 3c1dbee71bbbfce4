using ControlPlane.Api.Persistence;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Operations;

/// <summary>What a worker waits for between two commits.</summary>
/// <param name="Attempt">For which attempt at which step.</param>
/// <param name="Look">How to tell, by looking at what is committed.</param>
/// <param name="Deadline">Until when; null where what is waited for has limits of its own.</param>
/// <param name="Topic">The id whose changes may change the answer.</param>
public sealed record StepWait(
    StepAttempt Attempt, Func<StoreContext, CancellationToken, Task<StepProgress>> Look, DateTimeOffset? Deadline, string Topic)
{
    /// <summary>Whether it is for children, which must get their turn before this goes on.</summary>
    public bool ForChildren => Deadline is null;

    /// <summary>Where only a VM is waited for: which, and whether it has come to what is waited for. Instead of <c>Look</c>.</summary>
    public (VmId Id, Func<Vm, StepProgress> Reached)? Vm { get; init; }
}
