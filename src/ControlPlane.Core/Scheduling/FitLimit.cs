using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>What keeps more of a shape from fitting.</summary>
/// <param name="Resource">The class that runs out; null when it is no class.</param>
/// <param name="Pool">The pool below whose limit; null when it is the hosts' room.</param>
/// <param name="Check">The check that refuses most hosts, where no host is of the kind asked for.</param>
public sealed record FitLimit(ResourceClass? Resource, PoolId? Pool, string? Check);
