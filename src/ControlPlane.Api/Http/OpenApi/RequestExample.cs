namespace ControlPlane.Api.Http.OpenApi;

/// <summary>A body that runs as it stands.</summary>
internal sealed record RequestExample(string Name, object Body);
