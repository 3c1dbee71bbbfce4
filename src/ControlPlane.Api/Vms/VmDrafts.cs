using ControlPlane.Api.Flavors;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Vms;

/// <summary>Finds what a VM's spec names, and checks what needs those.</summary>
internal static class VmDrafts
{
    private const long BytesPerGiB = 1L << 30;
    private const int MaxKnown = 1000;

    /// <summary>The draft, or why there is none.</summary>
    /// <remarks>Where a reservation is named its slot is resized through the context, and so the pools must be the context's.</remarks>
    internal static async Task<(VmDraft? Draft, Problem? Problem)> OfAsync(
        Func<StoreContext> db, string? project, LedgerView ledger, string poolText, VmSpecDocument document)
    {
        if (document.Placement.Reservation is not null) { return await OfAsync(db(), ledger.Fleet, poolText, document); }
        return ledger.Pool(project, poolText) is { } pool
            ? await OfAsync(db, ledger.Fleet, ledger.Chain(pool), document) : (null, Problem.NotFound("pool", poolText));
    }

    /// <summary>The draft with the context's own pools, or why there is none.</summary>
    internal static async Task<(VmDraft? Draft, Problem? Problem)> OfAsync(
        StoreContext db, FleetSnapshot fleet, string poolText, VmSpecDocument document) =>
        await Named.PoolAsync(db, poolText) is { } pool
            ? await OfAsync(() => db, fleet, await PoolChain.OfAsync(db, pool), document) : (null, Problem.NotFound("pool", poolText));

    // The context is asked for where something is named that is not in memory.
    private static async Task<(VmDraft? Draft, Problem? Problem)> OfAsync(
        Func<StoreContext> db, FleetSnapshot fleet, IReadOnlyList<Pool> chain, VmSpecDocument wanted)
    {
        var (document, unresolved) = await FlavorChoice.ResolveAsync(db, wanted);
        if (document is null) { return (null, unresolved); }
        var pool = chain[0];
        var image = document.Image is { } text ? await Named.ImageAsync(db(), text) : null;
        if (document.Image is { } missing && image is null) { return (null, Problem.NotFound("image", missing)); }
        var reservation = document.Placement.Reservation is { } taken ? await Named.ReservationAsync(db(), taken) : null;
        if (document.Placement.Reservation is { } gone && reservation is null) { return (null, Problem.NotFound("reservation", gone)); }
        if (reservation is not null && reservation.Pool != pool.Id) { return (null, OtherPool(reservation)); }
        if ((image is null ? WithoutImage(fleet) : CheckImage(image, document)) is { } problem) { return (null, problem); }
        var group = document.Placement.AffinityGroup is { } name ? await Named.AffinityGroupAsync(db(), name) : null;
        if (document.Placement.AffinityGroup is { } unknown && group is null) { return (null, await UnknownGroupAsync(db(), unknown)); }
        var spec = VmSpecs.Of(document, image?.Id, group?.Id, pool.DefaultAlgorithm);
        spec = spec with
        {
            Placement = spec.Placement with { Reservation = reservation?.Id },
            Architecture = image?.Architecture, Firmware = image?.Firmware,
        };
        var demand = VmDemands.Of(spec, chain, fleet, group);
        return Contradiction.In(demand) is { } pair ? (null, PlacementService.Contradictory(pair)) : (new(spec, chain, demand), null);
    }

    private static async Task<Problem> UnknownGroupAsync(StoreContext db, string text)
    {
        var known = await db.AffinityGroups.OrderBy(group => group.Name).Select(group => group.Name).Take(MaxKnown).ToListAsync();
        return Problem.NotFound("affinity group", text, known.Select(name => name.ToString()));
    }

    private static Problem OtherPool(Reservation reservation) => Problem.Validation(
        "pool", $"must be {reservation.Pool}, the pool of reservation '{reservation.Name}': the room that it holds is charged there");

    private static Problem? WithoutImage(FleetSnapshot fleet) =>
        fleet.Count > 0 && !fleet.Any(HostDriver.Simulated)
            ? Problem.Validation("spec.image", "is needed: every host of this fleet runs real guests, which boot from an image")
            : null;

    private static Problem? CheckImage(Image image, VmSpecDocument document)
    {
        if (image.State != ImageState.Ready)
        {
            return new Problem(ProblemCode.InvalidState,
                $"Image '{image.Name}' has no content yet: upload it with PUT /v1/images/{image.Name}/content.");
        }
        return TooSmall(image, document);
    }

    /// <summary>Why a VM of this shape is too small for what it boots from, or null.</summary>
    internal static Problem? TooSmall(Image image, VmSpecDocument document)
    {
        if (image.MinMemoryMiB > document.MemoryMiB)
        {
            return Problem.Validation("spec.memoryMiB",
                $"is {document.MemoryMiB}, and image '{image.Name}' needs at least {image.MinMemoryMiB} MiB");
        }
        if (image.MinDiskGiB > document.DiskGiB)
        {
            return Problem.Validation("spec.diskGiB",
                $"is {document.DiskGiB}, and image '{image.Name}' needs at least {image.MinDiskGiB} GiB");
        }
        return image.VirtualSizeBytes > document.DiskGiB * BytesPerGiB
            ? Problem.Validation("spec.diskGiB",
                $"must be at least {(image.VirtualSizeBytes + BytesPerGiB - 1) / BytesPerGiB}: that is the size of image '{image.Name}'")
            : null;
    }
}
