namespace ControlPlane.Api.Http;

/// <summary>Says of a route that its answer may stay open.</summary>
internal sealed record StreamShape;
