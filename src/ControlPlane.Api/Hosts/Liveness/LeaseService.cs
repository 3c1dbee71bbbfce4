using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>Begins agents' sessions and grants their leases. Every answer goes out after its commit: before it another may win.</summary>
public sealed class LeaseService(Store store, RenewalDesk renewals, IOptions<LeaseOptions> options, ILogger<LeaseService> logger)
{
    private const int MostBeginning = 16;

    // After an outage a whole fleet begins at once: it waits here, so that renewals, and clients, do not wait behind it in the lane.
    private readonly SemaphoreSlim beginning = new(MostBeginning);

    /// <summary>A host says what it has: a new session, its first lease, and what is no longer its own.</summary>
    public async Task<Parsed<SessionAnswer>> BeginAsync(HostId host, SessionRequest request, CancellationToken ct)
    {
        if (request.Vms.Count > AgentProtocol.MaxHeld) { return Problem.Validation("vms", $"has over {AgentProtocol.MaxHeld} VMs"); }
        await beginning.WaitAsync(ct);
        try
        {
            return await store.WriteAsync(null, session => BeginAsync(session, host, request), ct);
        }
        finally
        {
            beginning.Release();
        }
    }

    /// <summary>The next lease of a session, or 409 where the host must say again what it has.</summary>
    public async Task<Parsed<LeaseAnswer>> RenewAsync(HostId host, LeaseRequest request, CancellationToken ct) =>
        await renewals.AskAsync(host, request.Session, ct) switch
        {
            (RenewalOutcome.Granted, { } terms) => Parsed<LeaseAnswer>.Of(Of(terms)),
            (RenewalOutcome.DeclaredLost, _) => new Problem(ProblemCode.SessionOver,
                "The host was declared lost, and its VMs may be others' by now; say what is on it and begin another session."),
            _ => new Problem(ProblemCode.SessionOver,
                "The session is over: another life of the agent has begun one; say what is on the host and begin another."),
        };

    /// <summary>
    /// A host beats as an agent of the version before does: whoever began its sessions is gone, and nobody there ends guests with a lease.
    /// </summary>
    public Task DowngradeAsync(HostId host, CancellationToken ct) => store.WriteAsync(null, async session =>
    {
        if (await Standings.FindAsync(session, host) is not { State: HostLiveness.Active or HostLiveness.Suspect } row) { return false; }
        if (await session.Db.Hosts.FirstOrDefaultAsync(known => known.Id == host) is { } known) { known.Life = HostLiveness.Active; }
        session.Db.HostStandings.Remove(row);
        await session.SaveAsync();
        LivenessLog.Downgraded(logger, host);
        return true;
    }, ct);

    private async Task<Parsed<SessionAnswer>> BeginAsync(StoreSession session, HostId host, SessionRequest request)
    {
        if (!await session.Db.Hosts.AnyAsync(row => row.Id == host)) { return Gone(session, host); }
        var row = await Standings.FindAsync(session, host);
        if (row is null) { session.Db.HostStandings.Add(row = HostStandingRow.New(host, options.Value.Terms)); }
        var before = row.State;
        var next = row.Read().Welcome(options.Value.Terms);
        await Standings.KeepAsync(session, row, next);
        await FindAsync(session, host);
        var foreign = await ForeignAsync(session, host, request.Vms);
        await session.SaveAsync();
        LivenessLog.SessionBegun(logger, host, next.Session, before, request.Vms.Count, foreign.Count, request.Version);
        return Parsed<SessionAnswer>.Of(new(next.Session, Of(next.Terms), foreign));
    }

    private static LeaseAnswer Of(LeaseTerms terms) =>
        new((long)terms.Length.TotalMilliseconds, (long)terms.Margin.TotalMilliseconds, terms.DriftPermille);

    private static Parsed<SessionAnswer> Gone(StoreSession session, HostId host)
    {
        session.RollBack();
        return Problem.NotFound("host", host.ToString());
    }

    // It is back: what was not given away is again what is observed of it.
    private static async Task FindAsync(StoreSession session, HostId host)
    {
        foreach (var vm in await session.Db.Vms.Where(vm => vm.Host == host && vm.Lost != null).ToListAsync()) { vm.Find(); }
    }

    // What has no record is not told of: it is a stray, which is reported and left alone.
    private static async Task<List<string>> ForeignAsync(StoreSession session, HostId host, IReadOnlyList<HeldVm> held)
    {
        List<string> foreign = [];
        foreach (var part in held.Chunk(500))
        {
            var ids = part.Select(vm => VmId.TryParse(vm.VmId, out var id) ? id : (VmId?)null).OfType<VmId>().ToList();
            var elsewhere = await session.Db.Vms.Where(vm => ids.Contains(vm.Id) && vm.Host != host && vm.MigrationTarget != host)
                .Select(vm => vm.Id).ToListAsync();
            foreign.AddRange(elsewhere.Select(vm => vm.ToString()));
        }
        return foreign;
    }
}
