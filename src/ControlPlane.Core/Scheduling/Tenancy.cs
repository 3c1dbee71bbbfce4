namespace ControlPlane.Core.Scheduling;

/// <summary>Whose VM it is, and whether it wants its host for that project's dedicated VMs alone.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Dedicated">Whether it wants the host so.</param>
public sealed record Tenancy(string Project, bool Dedicated);
