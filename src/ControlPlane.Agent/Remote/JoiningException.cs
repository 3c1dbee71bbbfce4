namespace ControlPlane.Agent.Remote;

/// <summary>The machine could not join: one sentence for the operator.</summary>
public sealed class JoiningException(string message, Exception? cause = null) : Exception(message, cause);
