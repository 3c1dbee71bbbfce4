using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Hosts;

/// <summary>Empties a host.</summary>
public sealed record DrainHost
{
    /// <summary>
    /// What becomes of each VM. LIVE: moved while it runs, and as it is when it is off. COLD: stopped, moved, started. STOP: stopped, and
    /// it stays.
    /// REFUSE: while it is there the host is not emptied.
    /// </summary>
    [AllowedValues("LIVE", "COLD", "STOP", "REFUSE")]
    public string Policy { get; init; } = "LIVE";

    /// <summary>Another policy for some, by the VM's id or name: at most 1,000.</summary>
    public IReadOnlyDictionary<string, string> Policies { get; init; } = new Dictionary<string, string>();

    /// <summary>By which algorithm LIVE moves.</summary>
    [AllowedValues("PRE_COPY", "POST_COPY", "HYBRID")]
    public string Algorithm { get; init; } = "PRE_COPY";

    /// <summary>VMs at work at once: 1 to 16.</summary>
    public int Parallelism { get; init; } = 2;

    /// <summary>Seconds after which what has not moved stays: 10 to 604,800.</summary>
    public int DeadlineSeconds { get; init; } = 3_600;

    /// <summary>Whether memory and disks go encrypted, by the hosts' own certificates.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Whether what can go goes, though something must stay.</summary>
    public bool Force { get; init; }
}
