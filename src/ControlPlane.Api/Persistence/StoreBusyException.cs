namespace ControlPlane.Api.Persistence;

/// <summary>Too many writes wait for their turn.</summary>
public sealed class StoreBusyException() : Exception("too many writes wait for their turn");
