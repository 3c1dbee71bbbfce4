using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts;

/// <summary>Registers hosts, changes them, keeps new VMs from them.</summary>
public sealed class HostService(Store store, Mutations mutations, HostHeartbeats heartbeats, ILogger<HostService> logger)
{
    /// <summary>A page of them.</summary>
    public async Task<Answer> ListAsync(ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await ListQuery.PageAsync(db.Hosts, HostFields.All, list, host => HostView.Of(host, heartbeats), ct);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string text, CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await Named.HostAsync(db, text) is { } host ? Ok(host) : Problem.NotFound("host", text);
    }

    /// <summary>A page of the caller's VMs that are on it.</summary>
    public async Task<Answer> ListVmsAsync(string text, RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await Named.HostAsync(db, text) is { } host
            ? await ListQuery.PageAsync(db.Vms.Where(vm => vm.Host == host.Id), VmFields.All, list, VmView.Of, ct)
            : Problem.NotFound("host", text);
    }

    /// <summary>Registers a simulated one.</summary>
    public Task<Answer> CreateAsync(CreateHost wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var name = ResourceName.Parse(wanted.Name);
            if (await session.Db.Hosts.AnyAsync(row => row.Name == name))
            {
                return new Problem(ProblemCode.AlreadyExists, $"There is a host '{name}' already; take another name.");
            }
            var host = SimulatedHost.Of(wanted, session.Now);
            session.Db.Hosts.Add(host);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            if (!terms.ValidateOnly) { HostsLog.Registered(logger, host.Id, name, host.Driver); }
            return Answer.Created(HostView.PathOf(host.Id), HostView.Of(host, heartbeats), host.Version);
        }, ct);

    /// <summary>Changes what the patch speaks of.</summary>
    public Task<Answer> PatchAsync(string text, Patch<PatchableHost> patch, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.HostAsync(session.Db, text) is not { } host) { return Problem.NotFound("host", text); }
            if (terms.Stale(host.Version) is { } stale) { return stale; }
            var before = HostView.Patchable(host);
            if (!patch.TryApply(before, out var wanted, out var problem)) { return problem; }
            if (host.Driver != HostDriver.Simulated && wanted.Simulation is not null)
            {
                return Problem.Validation("simulation", "is for simulated hosts; this one is real");
            }
            if (HostCapacity.Change(host, before.Capacity, wanted.Capacity) is { } refusal) { return refusal; }
            Assign(host, wanted, patch);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Ok(host);
        }, ct);

    /// <summary>Keeps new VMs away, or lets them come again.</summary>
    public Task<Answer> CordonAsync(string text, bool cordoned, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.HostAsync(session.Db, text) is not { } host) { return Problem.NotFound("host", text); }
            if (InUpkeep(host) is { } refusal) { return refusal; }
            host.Duty = cordoned ? HostDuty.Cordoned : HostDuty.Active;
            await session.Db.SaveChangesAsync(CancellationToken.None);
            if (!terms.ValidateOnly) { HostsLog.Cordoned(logger, host.Id, cordoned); }
            return Ok(host);
        }, ct);

    /// <summary>Takes it back from maintenance.</summary>
    public Task<Answer> ActivateAsync(string text, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.HostAsync(session.Db, text) is not { } host) { return Problem.NotFound("host", text); }
            if (host.Duty == HostDuty.Draining) { return InUpkeep(host)!; }
            host.Duty = HostDuty.Active;
            await session.Db.SaveChangesAsync(CancellationToken.None);
            if (!terms.ValidateOnly) { HostsLog.Activated(logger, host.Id); }
            return Ok(host);
        }, ct);

    private static Problem? InUpkeep(Host host) => host.Duty switch
    {
        HostDuty.Draining => new Problem(ProblemCode.InvalidState,
            $"Host '{host.Name}' is being emptied; cancel its DRAIN_HOST operation first, which leaves it CORDONED."),
        HostDuty.Maintenance => new Problem(ProblemCode.InvalidState,
            $"Host '{host.Name}' is in maintenance and takes nothing; POST /v1/hosts/{host.Name}/activate takes it back."),
        HostDuty.Active or HostDuty.Cordoned => null,
    };

    /// <summary>Forgets a host that holds nothing, and its certificates.</summary>
    public Task<Answer> DeleteAsync(string text, RequestTerms terms, CancellationToken ct) => mutations.RunAsync(terms, async session =>
    {
        if (await Named.HostAsync(session.Db, text) is not { } host) { return Problem.NotFound("host", text); }
        if (terms.Stale(host.Version) is { } stale) { return stale; }
        if (await HostUse.RefuseAsync(session, host) is { } refusal) { return refusal; }
        await session.Db.HostCertificates.Where(row => row.Host == host.Id).ExecuteDeleteAsync(CancellationToken.None);
        await session.Db.HostStandings.Where(row => row.Host == host.Id).ExecuteDeleteAsync(CancellationToken.None);
        await ForgetDeparturesAsync(session, host);
        session.Db.Hosts.Remove(host);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        if (!terms.ValidateOnly) { Forget(host); }
        return Answer.NoContent();
    }, ct);

    // Nobody is left there to let anything go.
    private static async Task ForgetDeparturesAsync(StoreSession session, Host host)
    {
        var gone = await session.Db.Departures.Where(row => row.Host == host.Id).ToListAsync();
        session.Db.Departures.RemoveRange(gone);
        var ids = gone.Select(row => row.Vm).ToList();
        var vms = await session.Db.Vms.IgnoreQueryFilters().Where(vm => ids.Contains(vm.Id)).ToListAsync();
        foreach (var vm in vms) { vm.HasDeparted(host.Id); }
    }

    private void Forget(Host host)
    {
        heartbeats.Forget(host.Id);
        HostsLog.Removed(logger, host.Id, host.Name);
    }

    // Only what the patch speaks of: what is written counts as changed.
    private static void Assign(Host host, PatchableHost wanted, Patch<PatchableHost> patch)
    {
        if (patch.Touches("zone")) { host.Zone = wanted.Zone; }
        if (patch.Touches("labels")) { host.Labels = wanted.Labels; }
        if (patch.Touches("traits")) { host.Traits = wanted.Traits; }
        if (patch.Touches("simulation") && host.Driver == HostDriver.Simulated)
        {
            host.Simulation = StoreJson.Write(wanted.Simulation ?? new SimulationSettings());
        }
    }

    private Answer Ok(Host host) => Answer.Ok(HostView.Of(host, heartbeats), host.Version);
}
