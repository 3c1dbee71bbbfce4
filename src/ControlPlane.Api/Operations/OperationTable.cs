using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

/// <summary>A kind's steps, and what is written in the commit that ends it.</summary>
public sealed record OperationTable
{
    /// <summary>The kind.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>Every step the kind may have; an operation has those its <see cref="Operation.Steps"/> name.</summary>
    public required IReadOnlyList<OperationStepWork> Steps { get; init; }

    /// <summary>Written with the end; gives the response of a success, as JSON.</summary>
    public required Func<StepScope, OperationState, Task<string?>> End { get; init; }

    /// <summary>Whether only its parent may cancel it.</summary>
    public bool OnlyForParent { get; init; }

    /// <summary>Whether one of its steps gives children.</summary>
    public bool HasChildren => Steps.Any(step => step.AwaitChildren is not null);

    /// <summary>The steps of one operation, in order.</summary>
    public IReadOnlyList<OperationStepWork> Of(Operation operation) =>
        [.. operation.Steps.Select(step => Steps.First(work => work.Name == step.Name))];

    /// <summary>The rules of one operation's steps.</summary>
    public IReadOnlyList<StepRule> Rules(Operation operation) => [.. Of(operation).Select(work => work.RuleOf(operation))];
}
