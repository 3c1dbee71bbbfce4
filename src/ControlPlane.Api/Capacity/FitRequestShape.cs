using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Capacity;

/// <summary>A shape that is asked about, found.</summary>
/// <param name="Flavor">The flavor it is of, as it was asked; null for a spec.</param>
/// <param name="Demand">What one looks for.</param>
/// <param name="Occupant">One of it, as the others on its host see it.</param>
internal sealed record FitRequestShape(string? Flavor, Demand Demand, Occupant Occupant);
