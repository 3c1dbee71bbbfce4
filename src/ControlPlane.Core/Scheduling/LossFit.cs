using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>How it would be without some hosts.</summary>
/// <param name="Lost">Them, the greatest loss first.</param>
/// <param name="Fits">How many of each shape fit on the others, the VMs of the lost hosts not counted.</param>
/// <param name="Rounds">How many rounds of all shapes.</param>
/// <param name="Unplaced">How many of the lost hosts' VMs find no room on the others.</param>
/// <param name="RoundsAfter">The rounds when those VMs have taken their room there; zero when not all of them find some.</param>
public sealed record LossFit(IReadOnlyList<HostId> Lost, IReadOnlyList<long> Fits, long Rounds, long Unplaced, long RoundsAfter);
