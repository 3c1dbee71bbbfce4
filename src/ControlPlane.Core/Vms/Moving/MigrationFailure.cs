namespace ControlPlane.Core.Vms.Moving;

/// <summary>Why one end of a move cannot go on.</summary>
/// <param name="Reason">One CamelCase word.</param>
/// <param name="Message">A sentence.</param>
public sealed record MigrationFailure(string Reason, string Message);
