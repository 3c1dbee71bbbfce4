using System.Text.Json;
using ControlPlane.Api.Hosts.Draining;
using ControlPlane.Api.Hosts.Recovering;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Preemption;
using ControlPlane.Api.Queueing;
using ControlPlane.Api.Rebalancing.Executing;
using ControlPlane.Api.Vms.Moving;
using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

/// <summary>An operation as the client reads it.</summary>
public static class OperationView
{
    /// <summary>The path of an operation.</summary>
    public static string PathOf(OperationId id) => $"/v1/operations/{id}";

    /// <summary>Maps it with its children.</summary>
    public static async Task<OperationResource> OfAsync(StoreContext db, Operation operation, OperationTables tables, CancellationToken ct)
    {
        if (operation.QueueTurn is not null) { return Of(operation, tables, place: await QueuePlaces.OfAsync(db, operation, ct)); }
        if (operation.Parts == 0) { return Of(operation, tables); }
        var children = await ChildOperations.ListAsync(db, operation.Id, ct);
        return Of(operation, tables, await ChildOperations.TallyAsync(db, operation.Id, ct)) with
        {
            Children = [.. children.Select(child => child.ToString())],
        };
    }

    /// <summary>Maps it, and how far its children are, or where it stands among those that wait.</summary>
    public static OperationResource Of(
        Operation operation, OperationTables tables, ChildTally? tally = null, QueuePlace? place = null) => new()
    {
        Id = operation.Id.ToString(),
        Kind = Words.Of(operation.Kind),
        Target = operation.Target,
        State = Words.Of(operation.State),
        Done = operation.Done,
        Progress = MigrationView.Progress(operation) ?? DrainView.Progress(operation) ?? ExecutionView.Progress(operation)
            ?? RecoveryView.Progress(operation)
            ?? (tally is null || operation.Steps.Count > 1 ? Progress(operation) : Progress(operation, tally)),
        Steps = [.. operation.Steps.Select(Of)],
        Cancellable = tables.CancellableByCaller(operation),
        Parent = operation.Parent?.ToString(),
        Children = [],
        Placement = operation.Placement,
        Preemption = PreemptionArguments.Of(operation) is { } plan ? PreemptionView.Of(plan) : null,
        Migration = MigrationView.Of(operation),
        Drain = DrainView.Of(operation),
        Rebalance = ExecutionView.Of(operation),
        Recovery = RecoveryView.Of(operation),
        Queue = operation.QueueTurn is null ? null : new OperationQueue
        {
            Position = place?.Position, OfProject = place?.OfProject, Reason = place?.Reason ?? operation.QueueReason!,
            Since = operation.CreateTime, Deadline = operation.QueueDeadline!.Value,
        },
        Actor = operation.Actor,
        Project = operation.Project,
        CreateTime = operation.CreateTime,
        StartTime = operation.StartTime,
        EndTime = operation.EndTime,
        Response = operation.Response is { } response ? JsonElement.Parse(response) : null,
        Error = operation.Done && operation.Fault is { } fault
            ? new OperationError { Code = fault.Code, Message = fault.Message, Step = fault.Step } : null,
        Warnings = operation.Warnings,
        Etag = Answers.Etag(operation.Version),
    };

    private static OperationProgress Progress(Operation operation)
    {
        var done = operation.Steps.Count(step => step.State is StepState.Succeeded);
        var total = operation.Steps.Count;
        var percent = operation.State == OperationState.Succeeded ? 100 : total == 0 ? 0 : Math.Min(99, done * 100 / total);
        return new OperationProgress { Percent = percent, Done = done, Total = total, Unit = "STEPS" };
    }

    private static OperationProgress Progress(Operation operation, ChildTally tally)
    {
        var percent = operation.State == OperationState.Succeeded ? 100 : Math.Min(99, tally.Through * 100 / tally.Parts);
        return new OperationProgress { Percent = percent, Done = tally.Through, Total = tally.Parts, Unit = "OPERATIONS" };
    }

    private static OperationStepResource Of(OperationStep step) => new()
    {
        Name = step.Name, State = Words.Of(step.State), Attempt = step.Attempt, StartTime = step.StartTime, EndTime = step.EndTime,
    };
}
