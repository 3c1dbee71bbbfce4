using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Placements;

/// <summary>A placement with what it was made from, so that it can be kept and made again.</summary>
/// <param name="Fleet">The fleet it saw.</param>
/// <param name="Demand">What was looked for.</param>
/// <param name="Seed">Its chance.</param>
/// <param name="Placement">What came out.</param>
/// <param name="Microseconds">How long it took.</param>
/// <param name="Time">When it was made.</param>
public sealed record Decision(
    FleetSnapshot Fleet, Demand Demand, ulong Seed, Placement Placement, long Microseconds, DateTimeOffset Time);
