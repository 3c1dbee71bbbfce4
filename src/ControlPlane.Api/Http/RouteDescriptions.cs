using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Http.OpenApi;

namespace ControlPlane.Api.Http;

/// <summary>What an endpoint says of itself, for the reader of the API page and for the rules of every call.</summary>
public static class RouteDescriptions
{
    public static RouteHandlerBuilder Describes(this RouteHandlerBuilder route, string summary, string description) =>
        route.WithSummary(summary).WithDescription(description);

    /// <summary>It answers this status with this body on success.</summary>
    public static RouteHandlerBuilder Answers<TBody>(this RouteHandlerBuilder route, int status) =>
        route.WithMetadata(new AnswerShape(status, typeof(TBody)));

    /// <summary>It answers this status without a body on success.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder route, int status) =>
        route.WithMetadata(new AnswerShape(status, Body: null));

    /// <summary>It answers text or bytes of this media type on success.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder route, int status, string mediaType) =>
        route.WithMetadata(new AnswerShape(status, typeof(string), mediaType));

    /// <summary>Refusals beyond those that every such call may meet.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ProblemCode[] codes) =>
        route.WithMetadata(new RefusalShape(codes));

    /// <summary>It changes something: takes validateOnly, Idempotency-Key (POST), If-Match (PATCH, PUT, DELETE).</summary>
    public static RouteHandlerBuilder Mutates(this RouteHandlerBuilder route) => route.WithMetadata(
        new MutationShape(),
        new QueryParameter(
            TermsReader.ValidateOnly, "All checks are made (rights, quota, placement), nothing is written.", typeof(bool), Default: false));

    /// <summary>It starts an operation: 202 with the operation, or 200 when it was done within `Prefer: wait`.</summary>
    public static RouteHandlerBuilder StartsOperation<TOperation>(this RouteHandlerBuilder route) => route
        .Mutates()
        .Waits()
        .Answers<TOperation>(StatusCodes.Status202Accepted)
        .Answers<TOperation>(StatusCodes.Status200OK);

    /// <summary>It honours `Prefer: wait=N` without starting anything.</summary>
    public static RouteHandlerBuilder Waits(this RouteHandlerBuilder route) => route.WithMetadata(new WaitShape());

    /// <summary>It is a list over these fields.</summary>
    public static RouteHandlerBuilder Lists<T>(this RouteHandlerBuilder route, ListFields<T> fields) =>
        route.WithMetadata(new ListShape(fields.Filterable, fields.Sortable));

    /// <summary>It answers a stream that may stay open; counted against the limit of open streams.</summary>
    public static RouteHandlerBuilder Streams(this RouteHandlerBuilder route, string mediaType = "text/event-stream") =>
        route.WithMetadata(new StreamShape(), new AnswerShape(StatusCodes.Status200OK, typeof(string), mediaType));

    /// <summary>It takes a raw upload of at most so many bytes.</summary>
    public static RouteHandlerBuilder TakesUpload(this RouteHandlerBuilder route, long maxBytes) =>
        route.WithMetadata(new UploadLimit(maxBytes));

    /// <summary>A body that runs as it stands.</summary>
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder route, object body) => route.WithExample("default", body);

    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder route, string name, object body) =>
        route.WithMetadata(new RequestExample(name, body));

    /// <summary>A value for a path parameter with which the example runs.</summary>
    public static RouteHandlerBuilder WithPath(this RouteHandlerBuilder route, string parameter, string example) =>
        route.WithMetadata(new PathExample(parameter, example));

    /// <summary>Tells of a query parameter that the handler reads by itself, or says more of one it takes as an argument.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, string parameter, string description, Type? type = null) =>
        route.WithMetadata(new QueryParameter(parameter, description, type ?? typeof(string)));
}
