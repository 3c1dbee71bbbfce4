namespace ControlPlane.Core.Hosts;

/// <summary>A NUMA node at one moment.</summary>
public sealed record NodeSnapshot
{
    /// <summary>Its number on its host, from zero.</summary>
    public required int Number { get; init; }

    /// <summary>CPUs in it.</summary>
    public required long Cores { get; init; }

    /// <summary>vCPUs that may be promised when nothing is: the cores times the over-commitment.</summary>
    public required long Vcpus { get; init; }

    /// <summary>Memory that may be promised when nothing is.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>Cores that may still be taken whole.</summary>
    public required long FreeCores { get; init; }

    /// <summary>vCPUs that may still be promised.</summary>
    public required long FreeVcpus { get; init; }

    /// <summary>Memory that may still be promised.</summary>
    public required long FreeMemoryMiB { get; init; }
}
