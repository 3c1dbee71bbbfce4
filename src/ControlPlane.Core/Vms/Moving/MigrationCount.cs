namespace ControlPlane.Core.Vms.Moving;

/// <summary>How often a VM was moved, or was to be: a term mᵢ of the model, in parts.</summary>
/// <param name="Algorithm">By which algorithm.</param>
/// <param name="Outcome">With which end.</param>
/// <param name="Attempts">How often.</param>
public sealed record MigrationCount(MigrationAlgorithm Algorithm, MigrationOutcome Outcome, int Attempts);
