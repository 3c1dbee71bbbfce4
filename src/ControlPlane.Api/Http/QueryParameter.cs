namespace ControlPlane.Api.Http;

/// <summary>A query parameter an endpoint takes, as metadata of its route; any other is refused.</summary>
public sealed record QueryParameter(string Name, string Description, Type Type, object? Default = null);
