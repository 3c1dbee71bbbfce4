using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>How many more of one shape fit, when nothing else is placed.</summary>
/// <param name="Fits">How many: what the hosts have room for, and no more than the pools allow.</param>
/// <param name="Matching">Hosts that take it, if they have room: of the kind asked for, ready, with an engine that works.</param>
/// <param name="Fitting">Those of them that have room for one.</param>
/// <param name="Limits">Of the matching hosts, how many run out of each class first.</param>
/// <param name="LimitedBy">What keeps one more from fitting.</param>
public sealed record ShapeFit(
    long Fits, int Matching, int Fitting, IReadOnlyDictionary<ResourceClass, int> Limits, FitLimit LimitedBy);
