namespace ControlPlane.Api.Http.OpenApi;

/// <summary>Says of a route that it changes something.</summary>
internal sealed record MutationShape;
