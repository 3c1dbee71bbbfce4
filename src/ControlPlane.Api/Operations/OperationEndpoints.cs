using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Operations;

namespace ControlPlane.Api.Operations;

/// <summary><c>/v1/operations</c>.</summary>
public static class OperationEndpoints
{
    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapOperations(this RouteGroupBuilder v1)
    {
        var operations = v1.MapGroup("/operations").WithTags("Operations");
        operations.MapGet("/", ListAsync).Lists(OperationFields.All).Answers<ListPage<OperationResource>>(200)
            .Describes("List operations", "Durable pieces of work, the newest last. Filter by `target`, `kind` and `state`.");
        operations.MapGet("/{op}", GetAsync).Waits().Answers<OperationResource>(200).Refuses(ProblemCode.NotFound)
            .Describes("Read an operation", "With `Prefer: wait=N` the answer comes when it is done, "
                + "or after N seconds (at most 120) as it is then.");
        operations.MapPost("/{op}/cancel", CancelAsync).StartsOperation<OperationResource>()
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Describes("Cancel an operation", "Undoes what it has begun; it ends CANCELLED. "
                + "Refused once it is past its point of no return.");
        operations.MapGet("/{op}/events", WatchAsync).Streams().Refuses(ProblemCode.NotFound)
            .Describes("Follow an operation", "Server-sent events: the operation at each of its changes; the stream ends when it is done.");
        return v1;
    }

    private static Task<Answer> ListAsync(RequestTerms terms, ListTerms list, OperationService operations, CancellationToken ct) =>
        operations.ListAsync(terms, list, ct);

    private static Task<Answer> GetAsync(string op, RequestTerms terms, OperationService operations, CancellationToken ct) =>
        operations.GetAsync(op, terms, ct);

    private static Task<Answer> CancelAsync(string op, RequestTerms terms, OperationService operations, CancellationToken ct) =>
        operations.CancelAsync(op, terms, ct);

    private static async Task<IResult> WatchAsync(string op, RequestTerms terms, OperationService operations, CancellationToken ct) =>
        await operations.WatchAsync(op, terms, ct) is { } events ? Sse.Of(events) : Answers.Of(Problem.NotFound("operation", op));
}
