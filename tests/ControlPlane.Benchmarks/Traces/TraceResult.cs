namespace ControlPlane.Benchmarks.Traces;

/// <summary>What a replay came to; shares are in percent.</summary>
internal sealed record TraceResult
{
    /// <summary>The trace and what it ran on.</summary>
    public required string Trace { get; init; }

    /// <summary>The file of hosts.</summary>
    public required string HostsFile { get; init; }

    /// <summary>How hosts were ranked.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Whether true lifetimes were given as expectations: an experiment, not a comparable replay.</summary>
    public required bool LifetimesGiven { get; init; }

    /// <summary>How many hosts there were.</summary>
    public required int Hosts { get; init; }

    /// <summary>Creates that found a host.</summary>
    public required int Placed { get; init; }

    /// <summary>Creates that found none.</summary>
    public required int Rejected { get; init; }

    /// <summary>The same, in percent of all creates.</summary>
    public required double RejectedPercent { get; init; }

    /// <summary>vCPU × time of the rejected, in percent of all.</summary>
    public required double LostCpuTimePercent { get; init; }

    /// <summary>How many were placed before the first rejection; null when nothing was rejected.</summary>
    public int? PlacedBeforeFirstRejection { get; init; }

    /// <summary>How full the pool was then, by class, in percent.</summary>
    public IReadOnlyDictionary<string, double>? UsedAtFirstRejectionPercent { get; init; }

    /// <summary>The most that was in use at once, by class, in percent of the pool.</summary>
    public required IReadOnlyDictionary<string, double> PeakUsedPercent { get; init; }

    /// <summary>What was in use at the end, by class, in percent of the pool.</summary>
    public required IReadOnlyDictionary<string, double> EndUsedPercent { get; init; }

    /// <summary>Stranded CPU and memory when most vCPUs were in use, in percent of the pool.</summary>
    public required IReadOnlyDictionary<string, double> StrandedPercent { get; init; }

    /// <summary>Creates with a group whose policy is a rule.</summary>
    public int Grouped { get; init; }

    /// <summary>Those of them that found no host, by policy.</summary>
    public required IReadOnlyDictionary<string, int> GroupedRejected { get; init; }

    /// <summary>The same, in percent of the creates with such a group.</summary>
    public double GroupedRejectedPercent { get; init; }

    /// <summary>Groups that are not as their policy says: none, unless the runner or the engine is wrong.</summary>
    public int BrokenGroups { get; init; }

    /// <summary>Requests for eight GPUs that were rejected.</summary>
    public int RejectedEightGpus { get; init; }

    /// <summary>The share of GPUs in use when the first request for eight was rejected, in percent.</summary>
    public double? GpusUsedAtFirstRejectedEightPercent { get; init; }

    /// <summary>Hosts with something on them, summed over time.</summary>
    public required double HostSecondsInUse { get; init; }

    /// <summary>Hosts with nothing on them, in percent of host-seconds.</summary>
    public required double EmptyHostsPercent { get; init; }

    /// <summary>A checksum over the decisions in their order: the same for two engines that decide the same.</summary>
    public required string Decisions { get; init; }

    /// <summary>Decisions in one second of deciding, on one thread.</summary>
    public required double DecisionsPerSecond { get; init; }

    /// <summary>The middle of the times of a decision.</summary>
    public required double P50Microseconds { get; init; }

    /// <summary>The time that one in a hundred exceeds.</summary>
    public required double P99Microseconds { get; init; }
}
