using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Pools;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Allocations;

/// <summary>The pool and the allocation in it that a path names.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Allocation">What is held in it.</param>
internal sealed record HeldRow(Pool Pool, Allocation Allocation)
{
    internal static async Task<Parsed<HeldRow>> FindAsync(StoreContext db, string poolText, string text)
    {
        if (await Named.PoolAsync(db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
        if (!AllocationId.TryParse(text, out var id)) { return Problem.NotFound("allocation", text); }
        return await db.Allocations.FirstOrDefaultAsync(row => row.Id == id && row.Pool == pool.Id) is { } held
            ? Parsed<HeldRow>.Of(new(pool, held))
            : Problem.NotFound("allocation", text);
    }
}
