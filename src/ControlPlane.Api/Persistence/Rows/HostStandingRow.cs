using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>
/// <see cref="HostStanding"/> as it is kept, of a host with an agent of its own elsewhere. It has no event and no version: a renewal is
/// nothing that a reader sees, and what readers see of the others stands in the host's row.
/// </summary>
public sealed class HostStandingRow
{
    /// <summary>Whose.</summary>
    public required HostId Host { get; init; }

    /// <summary>What is known.</summary>
    public HostLiveness State { get; set; }

    /// <summary>The present session.</summary>
    public long Session { get; set; }

    /// <summary>How many leases were granted.</summary>
    public long Renewals { get; set; }

    /// <summary>The lease's length in milliseconds.</summary>
    public long LengthMs { get; set; }

    /// <summary>The margin in milliseconds.</summary>
    public long MarginMs { get; set; }

    /// <summary>The assumed drift in thousandths.</summary>
    public int DriftPermille { get; set; }

    /// <summary>The proof of its loss, or null.</summary>
    public KeptProof? Proof { get; set; }

    /// <summary>One that has never been heard of.</summary>
    public static HostStandingRow New(HostId host, LeaseTerms terms)
    {
        var row = new HostStandingRow { Host = host };
        row.Keep(HostStanding.New(host, terms));
        return row;
    }

    /// <summary>What it says.</summary>
    public HostStanding Read() =>
        HostStanding.Of(Host, State, Session, Renewals, Terms(Host, LengthMs, MarginMs, DriftPermille), Proof?.Read());

    /// <summary>Makes it say this.</summary>
    public void Keep(HostStanding next)
    {
        (State, Session, Renewals) = (next.State, next.Session, next.Renewals);
        (LengthMs, MarginMs) = ((long)next.Terms.Length.TotalMilliseconds, (long)next.Terms.Margin.TotalMilliseconds);
        DriftPermille = next.Terms.DriftPermille;
        if (Proof?.Read() != next.Proof) { Proof = KeptProof.Of(next.Proof); }
    }

    /// <summary>The terms that a row keeps.</summary>
    internal static LeaseTerms Terms(HostId host, long lengthMs, long marginMs, int driftPermille) =>
        LeaseTerms.TryCreate(TimeSpan.FromMilliseconds(lengthMs), TimeSpan.FromMilliseconds(marginMs), driftPermille, out var terms)
            ? terms! : throw new InvalidOperationException($"the terms kept of host {host}'s lease are none");
}
