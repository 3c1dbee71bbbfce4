using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Operations;

/// <summary>
/// One line of an operation's table. <c>Do</c> and <c>Undo</c> only write to the store, in the same commit as the record of their
/// beginning; what they told a host is then awaited by looking at what the host reports. Each may be repeated.
/// </summary>
public sealed record OperationStepWork
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Writes what shall be.</summary>
    public required Func<StepScope, Task<OperationFault?>> Do { get; init; }

    /// <summary>Whether it has come to be; null when the write was all.</summary>
    public Func<Vm, StepProgress>? Await { get; init; }

    /// <summary>Writes what was before; null at and after the point of no return.</summary>
    public Func<StepScope, Task>? Undo { get; init; }

    /// <summary>Whether that has come to be; null when the write was all.</summary>
    public Func<Vm, StepProgress>? AwaitUndo { get; init; }

    /// <summary>How long to wait, from the operation as recorded.</summary>
    public required Func<Operation, TimeSpan> Limit { get; init; }

    /// <summary>How often it is begun before it counts as failed.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>What the machine must know of it.</summary>
    public StepRule Rule => new(Name, Undo is not null, MaxAttempts);
}
