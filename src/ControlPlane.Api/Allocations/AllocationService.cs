using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Allocations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Allocations;

/// <summary>Reads allocations, with the decisions that chose their hosts.</summary>
public sealed class AllocationService(Store store)
{
    /// <summary>A page of what is held in a pool itself, without the pools in it.</summary>
    public async Task<Answer> ListAsync(string poolText, RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        if (await Named.PoolAsync(db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
        var targets = new Dictionary<string, string>();
        var answer = await ListQuery.PageAsync(
            db.Allocations.Where(row => row.Pool == pool.Id), AllocationFields.All, list, held => Listed(held, targets), ct);
        return answer is Answer.Done { Body: ListPage<AllocationResource> page } done && page.Items.Count > 0
            ? done with { Body = page with { Items = await WithPlacementsAsync(db, page.Items, targets, ct) } }
            : answer;
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string poolText, string text, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        var found = await HeldRow.FindAsync(db, poolText, text);
        if (!found.IsValue) { return found.Problem; }
        var held = found.Value.Allocation;
        return Answer.Ok(AllocationView.Of(held, await PlacementAsync(db, held, ct)), held.Version);
    }

    /// <summary>The newest kept decision on an allocation, or null: none was made, or it is no longer kept.</summary>
    internal static async Task<string?> PlacementAsync(StoreContext db, Allocation held, CancellationToken ct)
    {
        var target = AllocationView.TargetOf(held);
        var kept = await db.Placements.Where(row => row.Target == target)
            .OrderByDescending(row => row.CreateTime).Select(row => new { row.Id }).FirstOrDefaultAsync(ct);
        return kept?.Id.ToString();
    }

    private static AllocationResource Listed(Allocation held, Dictionary<string, string> targets)
    {
        targets[held.Id.ToString()] = AllocationView.TargetOf(held);
        return AllocationView.Of(held, null);
    }

    private static async Task<IReadOnlyList<AllocationResource>> WithPlacementsAsync(
        StoreContext db, IReadOnlyList<AllocationResource> items, Dictionary<string, string> targets, CancellationToken ct)
    {
        var wanted = targets.Values.ToList();
        var kept = await db.Placements.Where(row => wanted.Contains(row.Target)).OrderBy(row => row.CreateTime)
            .Select(row => new { row.Target, row.Id }).ToListAsync(ct);
        var newest = kept.GroupBy(row => row.Target).ToDictionary(group => group.Key, group => group.Last().Id.ToString());
        return [.. items.Select(item => item with { Placement = newest.GetValueOrDefault(targets[item.Id]) })];
    }
}
