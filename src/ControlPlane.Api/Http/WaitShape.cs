namespace ControlPlane.Api.Http;

/// <summary>Says of a route that it honours `Prefer: wait`.</summary>
internal sealed record WaitShape;
