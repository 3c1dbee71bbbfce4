namespace ControlPlane.Core;

/// <summary>Something that must always hold does not: a fault in the program.</summary>
public sealed class InvariantException(string message) : Exception(message);
