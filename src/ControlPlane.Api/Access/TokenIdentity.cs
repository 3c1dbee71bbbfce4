namespace ControlPlane.Api.Access;

/// <summary>Who a token speaks for.</summary>
public sealed record TokenIdentity(string Name, string Project);
