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
        var fleet = store.Fleet;
        if (await Named.PoolAsync(db, body.Pool) is not { } pool) { return Problem.NotFound("pool", body.Pool); }
        var shapes = new List<FitRequestShape>();
        foreach (var (path, flavor, spec) in Asked(body))
        {
            var (draft, problem) = await VmDrafts.OfAsync(db, fleet, body.Pool, spec);
            if (draft is null) { return At(path, problem!); }
            if (Refuse(path, fleet, draft.Demand) is { } refusal) { return refusal; }
            shapes.Add(new(flavor, draft.Demand));
        }
        var chain = await PoolChain.OfAsync(db, pool);
        var fit = new CapacityFit(fleet, [.. shapes.Select(shape => shape.Demand)], chain);
        var loss = await LossAsync(fit, fleet, body.Lose, ct);
        return Answer.Ok(CapacityView.Of(pool.Id, fit, shapes, fleet.Count, loss, time.GetUtcNow()));
    }

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

    private static Problem? Refuse(string path, FleetSnapshot fleet, Demand demand)
    {
        foreach (var (resource, _) in demand.Resources)
        {
            if (!resource.IsStandard && !fleet.Has(resource))
            {
                return new Problem(ProblemCode.UnknownResourceClass,
                    $"No host has the resource class '{resource}'. GET /v1/hosts shows which classes there are.");
            }
        }
        return CapacityFit.Countable(demand) ? null : Problem.Validation(path,
            "has a rule that is not counted here: a group, a spread, a dedicated host, cores, NUMA nodes or a reservation of its own; "
            + "POST /v1/placements/explain tells of one such VM");
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
