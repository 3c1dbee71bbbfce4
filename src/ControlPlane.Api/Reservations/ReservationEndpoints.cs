using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Reservations;

namespace ControlPlane.Api.Reservations;

/// <summary><c>/v1/reservations</c>.</summary>
public static class ReservationEndpoints
{
    private const string ExampleName = "launch";

    private const string MakeSentence =
        "Holds room for each VM, on the host that the scheduler chooses for it now, and charges the pool and its parents: for all of them "
        + "or for none. A create takes a slot by naming the reservation in `spec.placement.reservation`. What no VM has taken by "
        + "`expireTime` is given back.";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapReservations(this RouteGroupBuilder v1)
    {
        var reservations = v1.MapGroup("/reservations").WithTags("Reservations");
        reservations.MapGet("/", ListAsync).Lists(ReservationFields.All).Answers<ListPage<ReservationResource>>(200)
            .Describes("List reservations", "The oldest first, without their slots.");
        reservations.MapPost("/", MakeAsync).Mutates().Answers<ReservationResource>(201)
            .WithExample(Example)
            .Refuses(ProblemCode.NotFound, ProblemCode.AlreadyExists, ProblemCode.InvalidState, ProblemCode.UnknownResourceClass)
            .Refuses(ProblemCode.InsufficientCapacity, ProblemCode.ExceedsEveryHost, ProblemCode.InsufficientResources)
            .Describes("Hold room", MakeSentence);
        reservations.MapGet("/{reservation}", GetAsync).WithPath("reservation", ExampleName).Answers<ReservationResource>(200)
            .Refuses(ProblemCode.NotFound).Describes("Read a reservation", "By id or by name, with every slot.");
        reservations.MapDelete("/{reservation}", DeleteAsync).Mutates().WithPath("reservation", ExampleName).Answers(204)
            .Refuses(ProblemCode.NotFound)
            .Describes("Give held room back", "Gives back what no VM has taken and removes the reservation. VMs that took a slot keep it.");
        return v1;
    }

    private static CreateReservation Example => new()
    {
        Name = ExampleName, Count = 2, HoldSeconds = 3_600, Spec = new() { Vcpus = 2, MemoryMiB = 512, DiskGiB = 4 },
    };

    private static Task<Answer> ListAsync(RequestTerms terms, ListTerms list, ReservationService reservations, CancellationToken ct) =>
        reservations.ListAsync(terms, list, ct);

    private static Task<Answer> MakeAsync(
        Body<CreateReservation> body, RequestTerms terms, ReservationDesk desk, CancellationToken ct) =>
        desk.MakeAsync(body.Value, terms, ct);

    private static Task<Answer> GetAsync(string reservation, RequestTerms terms, ReservationService reservations, CancellationToken ct) =>
        reservations.GetAsync(reservation, terms, ct);

    private static Task<Answer> DeleteAsync(
        string reservation, RequestTerms terms, ReservationService reservations, CancellationToken ct) =>
        reservations.DeleteAsync(reservation, terms, ct);
}
