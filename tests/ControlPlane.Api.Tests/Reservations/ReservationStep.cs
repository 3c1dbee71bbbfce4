using CsCheck;

namespace ControlPlane.Api.Tests.Reservations;

/// <summary>One thing done in a random history; indexes are of names, so that a shrunk history still means something.</summary>
internal abstract record ReservationStep
{
    internal sealed record Reserve(int Name, int Count, int Vcpus, int Minutes) : ReservationStep;

    internal sealed record Create(int Vm, int Vcpus, int? Reservation) : ReservationStep;

    internal sealed record DeleteVm(int Vm) : ReservationStep;

    internal sealed record DeleteReservation(int Name) : ReservationStep;

    internal sealed record Wait(int Minutes) : ReservationStep;

    internal sealed record Sweep : ReservationStep;

    private static readonly Gen<int> Index = Gen.Int[0, 3];
    private static readonly Gen<int> Size = Gen.Int[1, 3];

    /// <summary>Steps; creates that name a reservation are the most frequent.</summary>
    internal static readonly Gen<ReservationStep> Any = Gen.Frequency(
        (3, Gen.Select(Index, Size, Size, Gen.Int[1, 20], (name, count, vcpus, minutes) =>
            (ReservationStep)new Reserve(name, count, vcpus, minutes))),
        (5, Gen.Select(Index, Size, Index, (vm, vcpus, reservation) => (ReservationStep)new Create(vm, vcpus, reservation))),
        (2, Gen.Select(Index, Size, (vm, vcpus) => (ReservationStep)new Create(vm, vcpus, null))),
        (2, Index.Select(vm => (ReservationStep)new DeleteVm(vm))),
        (1, Index.Select(name => (ReservationStep)new DeleteReservation(name))),
        (2, Gen.Int[1, 10].Select(minutes => (ReservationStep)new Wait(minutes))),
        (2, Gen.Const((ReservationStep)new Sweep())));
}
