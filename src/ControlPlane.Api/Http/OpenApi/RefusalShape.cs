namespace ControlPlane.Api.Http.OpenApi;

/// <summary>Refusals an endpoint names beyond those that every such call may meet.</summary>
internal sealed record RefusalShape(IReadOnlyList<ProblemCode> Codes);
