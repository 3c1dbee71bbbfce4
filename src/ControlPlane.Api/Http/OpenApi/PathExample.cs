namespace ControlPlane.Api.Http.OpenApi;

/// <summary>A value for a path parameter with which the example runs.</summary>
internal sealed record PathExample(string Parameter, string Value);
