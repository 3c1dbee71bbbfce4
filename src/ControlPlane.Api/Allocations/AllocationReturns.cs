using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Resources;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Allocations;

/// <summary>Gives room back, in part or whole. What a VM or a reservation holds goes only with these.</summary>
public sealed class AllocationReturns(Mutations mutations, ILogger<AllocationReturns> logger)
{
    /// <summary>Gives back part of it; giving back all ends it.</summary>
    public Task<Answer> ReleaseAsync(string poolText, string text, ReleaseResources wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var found = await HeldRow.FindAsync(session.Db, poolText, text);
            if (!found.IsValue) { return found.Problem; }
            var held = found.Value.Allocation;
            if (Refuse(held) is { } refusal) { return refusal; }
            var amounts = ResourceRules.VectorOf(wanted.Resources);
            if (Unknown(session, held, amounts) is { } unknown) { return unknown; }
            if (await GiveAsync(session, terms, held, amounts) == AllocationOutcome.ExceedsHeld) { return TooMuch(held, amounts); }
            var placement = await AllocationService.PlacementAsync(session.Db, held, CancellationToken.None);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.Ok(AllocationView.Of(held, placement), held.Version);
        }, ct);

    /// <summary>Gives all of it back.</summary>
    public Task<Answer> DeleteAsync(string poolText, string text, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var found = await HeldRow.FindAsync(session.Db, poolText, text);
            if (!found.IsValue) { return found.Problem; }
            var held = found.Value.Allocation;
            if (terms.Stale(held.Version) is { } stale) { return stale; }
            if (Refuse(held) is { } refusal) { return refusal; }
            var outcome = await GiveAsync(session, terms, held, held.Resources);
            Invariant.Check(outcome == AllocationOutcome.Allocated, "all that is held is given back");
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.NoContent();
        }, ct);

    private async Task<AllocationOutcome> GiveAsync(StoreSession session, RequestTerms terms, Allocation held, ResourceVector amounts)
    {
        var host = await session.Db.Hosts.FirstAsync(row => row.Id == held.Host);
        var outcome = Ledger.Give(held, host, await PoolChain.OfAsync(session, held.Pool), amounts);
        if (outcome != AllocationOutcome.Allocated) { return outcome; }
        // The amounts lie in a table of their own: without this the allocation's own row, and so its version, would stay as it was.
        held.UpdateTime = session.Now;
        if (held.Resources.Count == 0) { session.Db.Allocations.Remove(held); }
        if (!terms.ValidateOnly) { AllocationsLog.Given(logger, held.Id, amounts, host.Id); }
        return outcome;
    }

    private static Problem? Refuse(Allocation held) => held switch
    {
        { Vm: { } vm } => new Problem(ProblemCode.InvalidState,
            $"This is the claim of VM {vm}; it goes with the VM: DELETE /v1/vms/{vm}."),
        { Reservation: { } reservation } => new Problem(ProblemCode.InvalidState,
            $"This is a slot of reservation {reservation}; it goes with the reservation: DELETE /v1/reservations/{reservation}."),
        _ => null,
    };

    private static Problem? Unknown(StoreSession session, Allocation held, ResourceVector amounts)
    {
        foreach (var (resource, _) in amounts)
        {
            if (held.Resources[resource] == 0 && !IsKnown(session, resource))
            {
                return new Problem(ProblemCode.UnknownResourceClass,
                    $"The allocation holds no '{resource}', and no host has such a resource class; it holds {held.Resources}.");
            }
        }
        return null;
    }

    private static bool IsKnown(StoreSession session, ResourceClass resource) => resource.IsStandard || session.Fleet.Has(resource);

    private static Problem TooMuch(Allocation held, ResourceVector amounts) => new(ProblemCode.InsufficientResources,
        $"The allocation holds {held.Resources}, which is less than {amounts}; nothing was given back.");
}
