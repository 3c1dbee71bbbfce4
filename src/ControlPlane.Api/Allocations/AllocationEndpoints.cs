using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Pools;

namespace ControlPlane.Api.Allocations;

/// <summary><c>/v1/pools/{pool}/allocations</c>.</summary>
public static class AllocationEndpoints
{
    private const string TakeSentence =
        "Takes amounts of one or more classes on the host that is named, or on the one that the scheduler chooses, and charges the pool "
        + "and its parents: all or nothing. With `engine`, the engine is charged as well.";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapAllocations(this RouteGroupBuilder v1)
    {
        var allocations = v1.MapGroup("/pools/{pool}/allocations").WithTags("Allocations");
        allocations.MapGet("/", ListAsync).InPool().Lists(AllocationFields.All).Answers<ListPage<AllocationResource>>(200)
            .Describes("List allocations", "What is held in the pool itself, with the claims of its VMs; not what is in the pools in it.");
        allocations.MapPost("/", TakeAsync).Mutates().InPool().Answers<AllocationResource>(201)
            .WithExample(new { owner = "ci", resources = new { vcpu = 2, memoryMiB = 4096 } })
            .Refuses(ProblemCode.UnknownResourceClass, ProblemCode.InsufficientCapacity, ProblemCode.ExceedsEveryHost)
            .Refuses(ProblemCode.ContradictoryConstraints)
            .Refuses(ProblemCode.InsufficientResources, ProblemCode.InvalidState)
            .Describes("Take room", TakeSentence);
        allocations.MapGet("/{allocation}", GetAsync).InPool().Answers<AllocationResource>(200)
            .Describes("Read an allocation", "By id.");
        allocations.MapDelete("/{allocation}", DeleteAsync).Mutates().InPool().Answers(204).Refuses(ProblemCode.InvalidState)
            .Describes("Give all back", "A VM's claim goes only with the VM, a reservation's slot only with the reservation.");
        allocations.MapPost("/{allocation}/release", ReleaseAsync).Mutates().InPool().Answers<AllocationResource>(200)
            .WithExample(new { resources = new { vcpu = 1 } })
            .Refuses(ProblemCode.UnknownResourceClass, ProblemCode.InsufficientResources, ProblemCode.InvalidState)
            .Describes("Give part back", "All or nothing. Giving back the last of it ends it: the answer shows it empty, and it is gone.");
        return v1;
    }

    private static RouteHandlerBuilder InPool(this RouteHandlerBuilder route) =>
        route.WithPath("pool", "default").Refuses(ProblemCode.NotFound);

    private static Task<Answer> ListAsync(
        string pool, RequestTerms terms, ListTerms list, AllocationService allocations, CancellationToken ct) =>
        allocations.ListAsync(pool, terms, list, ct);

    private static Task<Answer> TakeAsync(
        string pool, Body<CreateAllocation> body, RequestTerms terms, AllocationDesk desk, CancellationToken ct) =>
        desk.TakeAsync(pool, body.Value, terms, ct);

    private static Task<Answer> GetAsync(
        string pool, string allocation, RequestTerms terms, AllocationService allocations, CancellationToken ct) =>
        allocations.GetAsync(pool, allocation, terms, ct);

    private static Task<Answer> DeleteAsync(
        string pool, string allocation, RequestTerms terms, AllocationReturns returns, CancellationToken ct) =>
        returns.DeleteAsync(pool, allocation, terms, ct);

    private static Task<Answer> ReleaseAsync(
        string pool, string allocation, Body<ReleaseResources> body, RequestTerms terms, AllocationReturns returns, CancellationToken ct) =>
        returns.ReleaseAsync(pool, allocation, body.Value, terms, ct);
}
