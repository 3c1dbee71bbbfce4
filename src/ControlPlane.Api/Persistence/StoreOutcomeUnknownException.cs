namespace ControlPlane.Api.Persistence;

/// <summary>The connection broke while a commit was answered, and it could not be learnt whether it was kept.</summary>
public sealed class StoreOutcomeUnknownException(Exception cause) : Exception("whether the commit was kept is not known", cause);
