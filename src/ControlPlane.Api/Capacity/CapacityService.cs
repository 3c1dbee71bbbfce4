using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Capacity;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Capacity;

/// <summary>Counts what fits into the fleet as it is; reads only.</summary>
public sealed class CapacityService(Store store, TimeProvider time)
{
    private const int MaxEvacuees = 20_000;

    /// <summary>How many more of the shapes fit.</summary>
    public async Task<Answer> FitAsync(FitCapacity body, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        var ledger = store.Ledger;
        var fleet = ledger.Fleet;
        if (await Named.PoolAsync(db, body.Pool) is not { } pool) { return Problem.NotFound("pool", body.Pool); }
        var shapes = new List<FitRequestShape>();
        foreach (var (path, flavor, spec) in Asked(body))
        {
            var (draft, problem) = await VmDrafts.OfAsync(db, fleet, body.Pool, spec);
            if (draft is null) { return At(path, problem!); }
            if (Refuse(path, fleet, draft.Demand, IsAlone(body)) is { } refusal) { return refusal; }
            shapes.Add(new(flavor, draft.Demand, Occupant.Of(pool.Project, pool.Id, draft.Spec)));
        }
        var chain = await PoolChain.OfAsync(db, pool);
        if (shapes is [var ruled] && !CapacityFit.Countable(ruled.Demand))
        {
            var counted = RepeatedFit.Of(fleet, id => ledger.Host(id)!, ruled.Demand, ruled.Occupant, chain);
            return Answer.Ok(CapacityView.Of(pool.Id, counted, ruled, fleet.Count, time.GetUtcNow()));
        }
        var fit = new CapacityFit(fleet, [.. shapes.Select(shape => shape.Demand)], chain);
        var loss = await LossAsync(fit, fleet, body.Lose, ct);
        return Answer.Ok(CapacityView.Of(pool.Id, fit, shapes, fleet.Count, loss, time.GetUtcNow()));
    }

    // What is counted one by one is counted by itself.
    private static bool IsAlone(FitCapacity body) => Asked(body).Count() == 1 && body.Lose == 0;

    private static IEnumerable<(string Path, string? Flavor, VmSpecDocument Spec)> Asked(FitCapacity body)
    {
        if (body.Spec is { } spec) { yield return ("spec", spec.Flavor, spec); }
        foreach (var (index, flavor) in body.Flavors.Index()) { yield return ($"flavors[{index}]", flavor, new() { Flavor = flavor }); }
        foreach (var (index, shape) in body.Shapes.Index()) { yield return ($"shapes[{index}]", shape.Flavor, shape); }
    }

    private static Problem At(string path, Problem problem) => problem.Errors is { } errors
        ? Problem.Validation(errors.ToDictionary(
            error => error.Key.StartsWith("spec.", StringComparison.Ordinal) ? $"{path}{error.Key["spec".Length..]}" : error.Key,
            error => error.Value))
        : problem;

    private static Problem? Refuse(string path, FleetSnapshot fleet, Demand demand, bool alone)
    {
        foreach (var (resource, _) in demand.Resources)
        {
            if (!resource.IsStandard && !fleet.Has(resource))
            {
                return new Problem(ProblemCode.UnknownResourceClass,
                    $"No host has the resource class '{resource}'. GET /v1/hosts shows which classes there are.");
            }
        }
        if (demand.Reservation is not null)
        {
            return Problem.Validation(path, "takes what a reservation holds; GET /v1/reservations says how many slots of it are left");
        }
        return alone || CapacityFit.Countable(demand) ? null : Problem.Validation(path,
            "has a rule that is only counted one by one: a group, a spread, a dedicated host, cores or NUMA nodes of its own; "
            + $"ask for it alone and with lose 0, to have up to {RepeatedFit.Most} of it counted");
    }

    private async Task<LossFitResource?> LossAsync(CapacityFit fit, FleetSnapshot fleet, int lose, CancellationToken ct)
    {
        var lost = lose == 0 ? [] : fit.Largest(lose);
        if (lost.Count == 0) { return null; }
        // Everybody's VMs need room elsewhere, not only those of the project that asks.
        await using var db = store.Read(null);
        var there = db.Vms.Where(vm => vm.Host != null && lost.Contains(vm.Host.Value));
        var vms = await there.LongCountAsync(ct);
        var specs = await there.OrderBy(vm => vm.Id).Select(vm => new { vm.Pool, vm.Spec }).Take(MaxEvacuees).ToListAsync(ct);
        var chains = new Dictionary<PoolId, IReadOnlyList<Pool>>();
        var counted = new List<(Demand Demand, long Count)>();
        // Alike are those whose specs are written alike; a seed says nothing of the place.
        foreach (var group in specs.GroupBy(vm => (vm.Pool, StoreJson.Write(vm.Spec with { CloudInit = null }))))
        {
            if (!chains.TryGetValue(group.Key.Pool, out var chain))
            {
                var pool = await db.Pools.FirstAsync(row => row.Id == group.Key.Pool, ct);
                chains[group.Key.Pool] = chain = await PoolChain.OfAsync(db, pool);
            }
            var demand = VmDemands.Of(group.First().Spec, chain, fleet, null);
            var counts = CapacityFit.Countable(demand) && group.First().Spec.Placement.AffinityGroup is null;
            if (counts) { counted.Add((demand, group.Count())); }
        }
        return CapacityView.Of(fit.Without(lost, counted), fleet, vms, vms - counted.Sum(group => group.Count));
    }
}
