using ControlPlane.Api.Hosts.Recovering;
using ControlPlane.Api.Metrics;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>
/// Watches the leases of all hosts, each process for itself, and declares by the rules who is suspect and who is lost. What it knows is
/// how long it has seen a count of renewals stand still: a process that starts, or looked away, begins anew.
/// </summary>
public sealed class HostWatch(
    Store store, FleetBrake brake, RecoveryStart recoveries, OperationBell bell, IOptions<LeaseOptions> lease,
    IOptions<HostLossOptions> loss, FleetMetrics metrics, TimeProvider time, ILogger<HostWatch> logger) : BackgroundService
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan shortestBeat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan longestBeat = TimeSpan.FromSeconds(1.5);

    private readonly long began = time.GetTimestamp();
    private readonly List<SeenHost> read = [];
    private Dictionary<HostId, WatchedHost> watched = [];
    private TimeSpan? looked;
    private LossBrake seen;

    private LeaseTerms Terms => lease.Value.Terms;

    private TimeSpan Now => time.GetElapsedTime(began);

    /// <summary>Whether a host had a standing when it was looked last.</summary>
    internal bool Knows(HostId host) => Volatile.Read(ref watched).ContainsKey(host);

    /// <summary>Looks once at every host, and declares what is to be declared.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        // Taken after the read: no grant is younger than thought.
        var now = Now;
        if (now - looked > Terms.Length / 2) { Forget(now); }
        looked = now;
        See(now);
        Judge(now);
        var due = watched.Values.Where(host => IsDue(host, now)).Select(host => host.Seen.Host);
        foreach (var part in due.ToList().Chunk(MostAtOnce))
        {
            var begun = await store.WriteAsync(null, session => DeclareAsync(session, part, now), ct);
            begun.ForEach(bell.Ring);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ReadHostsFrom(Counts, () => brake.State.Holds);
        await store.Opened.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LivenessLog.NotLooked(logger, fault);
            }
            await Task.Delay(Beat(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Beat() => TimeSpan.FromTicks(Math.Clamp((Terms.Length / 20).Ticks, shortestBeat.Ticks, longestBeat.Ticks));

    private async Task ReadAsync(CancellationToken ct)
    {
        read.Clear();
        await using var db = store.Read(null);
        var seen = db.HostStandings.Select(row => new SeenHost(
            row.Host, row.State, row.Session, row.Renewals, row.LengthMs, row.MarginMs, row.DriftPermille, row.Proof));
        await foreach (var host in seen.AsAsyncEnumerable().WithCancellation(ct)) { read.Add(host); }
    }

    // Time in which nobody looked is no silence: this process was stopped, or could not reach the store, and so perhaps could no host.
    private void Forget(TimeSpan now)
    {
        LivenessLog.LookedAway(logger, (now - looked!.Value).TotalSeconds);
        foreach (var host in watched.Values) { host.Forget(now); }
    }

    // The table is another one only when hosts have come or gone.
    private void See(TimeSpan now)
    {
        var known = 0;
        foreach (var host in read)
        {
            if (!watched.TryGetValue(host.Host, out var before)) { continue; }
            before.See(host, IsHeldBack(host.Host), now, loss.Value.Flaps);
            known++;
        }
        if (known == read.Count && known == watched.Count) { return; }
        Volatile.Write(ref watched, read.ToDictionary(host => host.Host, host => watched.TryGetValue(host.Host, out var before)
            ? before : new WatchedHost(host, IsHeldBack(host.Host), now, loss.Value.Flaps)));
    }

    private bool IsHeldBack(HostId host) => store.Fleet.Find(host)?.HeldBack == true;

    private void Judge(TimeSpan now)
    {
        var fleet = 0;
        List<TimeSpan> silences = [];
        foreach (var host in watched.Values)
        {
            if (!host.Seen.MayBeSilent) { continue; }
            fleet++;
            if (host.Seen.State != HostLiveness.Active || host.Judge(now) != LeaseVerdict.Held) { silences.Add(host.Watch.Silence(now)); }
        }
        var next = seen.Look(silences, fleet, loss.Value.Brake(Terms));
        if (next.Holds && !seen.Holds) { LivenessLog.BrakeHolds(logger, silences.Count, fleet); }
        if (!next.Holds && seen.Holds) { LivenessLog.BrakeLetsGo(logger, silences.Count, fleet); }
        seen = next;
        brake.Set(next);
    }

    private bool IsDue(WatchedHost host, TimeSpan now)
    {
        if (store.Fleet.Find(host.Seen.Host) is { } known && known.HeldBack != host.Flaps.HeldBack) { return true; }
        return host.Judge(now) switch
        {
            LeaseVerdict.Held => false,
            LeaseVerdict.Missed => host.Seen.State == HostLiveness.Active,
            LeaseVerdict.Over => host.Seen.State is HostLiveness.Active or HostLiveness.Suspect,
        };
    }

    // What is lost is recovered by an operation that begins in the same turn.
    private async Task<List<OperationId>> DeclareAsync(StoreSession session, HostId[] due, TimeSpan now)
    {
        List<OperationId> begun = [];
        var rows = await session.Db.HostStandings.Where(row => due.Contains(row.Host)).ToListAsync();
        foreach (var row in rows)
        {
            var (standing, known) = (row.Read(), watched[row.Host]);
            var next = Declare(standing, known.Watch, now);
            if (next != standing)
            {
                await Standings.KeepAsync(session, row, next);
                LivenessLog.Declared(logger, row.Host, next.State, known.Watch.Silence(now).TotalSeconds, next.Renewals);
            }
            if (next.State == HostLiveness.Lost && next != standing && await recoveries.ByServiceAsync(session, next) is { } id)
            {
                begun.Add(id);
            }
            await HoldBackAsync(session, row.Host, known.Flaps);
        }
        await session.SaveAsync();
        return begun;
    }

    // By the rule, on the row as it is in this turn: a renewal that came meanwhile has another count, and wins.
    private static HostStanding Declare(HostStanding standing, LeaseWatch watch, TimeSpan now)
    {
        switch (watch.Judge(standing.Terms, now))
        {
            case LeaseVerdict.Missed: return standing.Suspect(watch.Renewals);
            case LeaseVerdict.Over:
                standing.Lose(new LossProof.LeaseOver(watch.Renewals), out var lost);
                return lost;
            case LeaseVerdict.Held:
            default: return standing;
        }
    }

    private async Task HoldBackAsync(StoreSession session, HostId id, Flapping flaps)
    {
        var host = await session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == id);
        if (host is null || host.HeldBack == flaps.HeldBack) { return; }
        host.HeldBack = flaps.HeldBack;
        host.Conditions = Condition.With(host.Conditions, flaps.HeldBack
            ? new("Steady", ConditionStatus.False, "ComesAndGoes",
                "It has missed its lease again and again, and takes no new VM until it has been steady for a while.", session.Now)
            : new("Steady", ConditionStatus.True, "Steady", "It has been steady for a while.", session.Now));
        LivenessLog.HeldBack(logger, id, flaps.HeldBack);
    }

    private IEnumerable<(string State, long Count)> Counts()
    {
        var counts = store.Fleet.Hosts.GroupBy(host => host.State).ToDictionary(group => group.Key, group => group.LongCount());
        return Enum.GetValues<HostState>().Select(state => (Words.Of(state), counts.GetValueOrDefault(state)));
    }
}
