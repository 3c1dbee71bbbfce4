namespace ControlPlane.Api.Http;

/// <summary>The body an endpoint takes, as metadata of its route.</summary>
public sealed record BodyShape(Type Type, string MediaType, bool Optional);
