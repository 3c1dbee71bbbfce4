namespace ControlPlane.Api.Http.OpenApi;

/// <summary>A success an endpoint may answer with.</summary>
internal sealed record AnswerShape(int Status, Type? Body, string MediaType = "application/json");
