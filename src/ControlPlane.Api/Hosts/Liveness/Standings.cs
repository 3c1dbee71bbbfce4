using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>
/// The standing of hosts in the store, changed in a turn of the lane: the row that holds it, and what readers and the scheduler see of it
/// in the host's row. Hosts whose agent is within the service have none: where it lives, they do.
/// </summary>
public static class Standings
{
    /// <summary>The condition of a host that tells how its agent stands, why, and since when.</summary>
    public const string Condition = "AgentAlive";

    /// <summary>The row of a host, or null.</summary>
    public static Task<HostStandingRow?> FindAsync(StoreSession session, HostId host) =>
        session.Db.HostStandings.FirstOrDefaultAsync(row => row.Host == host);

    /// <summary>Makes a row say this, and the host's where it shows.</summary>
    public static async Task KeepAsync(StoreSession session, HostStandingRow row, HostStanding next)
    {
        var shows = next.State != row.State || next.Proof != row.Read().Proof;
        row.Keep(next);
        var host = await session.Db.Hosts.FirstOrDefaultAsync(known => known.Id == row.Host);
        if (host is null || (!shows && host.Life == next.State)) { return; }
        host.Life = next.State;
        host.Conditions = Core.Conditions.Condition.With(host.Conditions, Describe(next, session.Now));
    }

    private static Condition Describe(HostStanding standing, DateTimeOffset now) => standing.State switch
    {
        HostLiveness.Active => new(Condition, ConditionStatus.True, "LeaseRenewed", "Its agent renews its lease.", now),
        HostLiveness.Suspect => new(Condition, ConditionStatus.Unknown, "LeaseMissed",
            $"Its agent has not renewed its lease for {Seconds(standing.Terms.SuspectAfter)}; its guests may run.", now),
        HostLiveness.Lost or HostLiveness.Fenced => Describe(standing.Proof, standing.Terms, now),
    };

    private static Condition Describe(LossProof? proof, LeaseTerms terms, DateTimeOffset now) => proof switch
    {
        LossProof.LeaseOver => new(Condition, ConditionStatus.False, "LeaseOver",
            $"Its agent was silent for {Seconds(terms.LostAfter)}: its lease is over, and so are the guests that it promised to end.", now),
        LossProof.AgentsWord => new(Condition, ConditionStatus.False, "AgentsWord", "Its agent said that all its guests are ended.", now),
        LossProof.OperatorsStatement stated => new(Condition, ConditionStatus.False, "OperatorsStatement",
            $"{stated.By} stated that the machine is off: {stated.Reason}", now),
        _ => new(Condition, ConditionStatus.Unknown, "NeverHeard", "Its agent has not been heard yet.", now),
    };

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.#} s");
}
