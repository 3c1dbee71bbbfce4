using ControlPlane.Api.Http;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Reservations;

namespace ControlPlane.Api.Reservations;

/// <summary>Why a create does not get a slot, and which slots are left.</summary>
internal static class ReservationRefusals
{
    private const int MaxShown = 20;

    internal static Problem Over(Reservation reservation) => new(ProblemCode.InvalidState,
        $"Reservation '{reservation.Name}' has expired at {reservation.ExpireTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; "
        + "make another one, or create the VM without it.");

    internal static Problem NoSlot(Reservation reservation, IReadOnlyList<ReservationSlot> left, VmDraft draft, Decision? refused)
    {
        if (left.Count == 0)
        {
            return new Problem(ProblemCode.InsufficientResources,
                $"Reservation '{reservation.Name}' has no slot left: {reservation.Consumed} of {reservation.Count} were taken by VMs. "
                + "Make another one, or create the VM without it.").With("slots", Array.Empty<object>());
        }
        var shown = left.Take(MaxShown).Select(ReservationView.Of).ToList();
        return refused is null
            ? new Problem(ProblemCode.InsufficientResources,
                $"Reservation '{reservation.Name}' has {left.Count} slots left, and none covers {draft.Spec.Demand} on engine "
                + $"{Words.Of(draft.Spec.Engine)}; {Shapes(left)}. Ask for no more than a slot holds.").With("slots", shown)
            : new Problem(ProblemCode.InsufficientCapacity, () =>
                $"Reservation '{reservation.Name}' holds room for it, but no host of its {left.Count} slots takes such a VM now. "
                + PlacementView.Sentence(refused)).With("slots", shown).WithRecord(refused);
    }

    private static string Shapes(IReadOnlyList<ReservationSlot> left)
    {
        var shapes = left.GroupBy(slot => (Shape: slot.Resources, slot.Engine)).Take(4)
            .Select(group => $"{group.Count()} of {group.Key.Shape} on {Words.Of(group.Key.Engine)}");
        return $"it has {string.Join("; ", shapes)}";
    }
}
