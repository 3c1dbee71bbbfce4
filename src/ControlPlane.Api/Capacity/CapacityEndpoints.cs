using ControlPlane.Api.Http;
using ControlPlane.Contracts.Capacity;

namespace ControlPlane.Api.Capacity;

/// <summary><c>/v1/capacity</c>.</summary>
public static class CapacityEndpoints
{
    private const string Description =
        "Counts, on the fleet as it is now, how many more VMs of a shape fit: on the hosts and below the limits of the pool and its "
        + "parents. Of several shapes (`flavors`, `shapes`) each is counted alone, and how many rounds with one of each fit. It says what "
        + "limits each, what of the free room none of them can use, and all of it again without the `lose` hosts whose loss hurts most, "
        + "with whether the VMs on them would find room elsewhere. A shape with a rule about who is where, cores or NUMA nodes is counted "
        + "one by one, up to 1,000, alone and with `lose` 0. Nothing is written and nothing is held.";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapCapacity(this RouteGroupBuilder v1)
    {
        v1.MapPost("/capacity/fit", FitCapacityAsync).WithTags("Capacity").Answers<CapacityFitResource>(200)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState, ProblemCode.UnknownResourceClass)
            .WithExample("One shape", new FitCapacity { Spec = new() { Vcpus = 2, MemoryMiB = 512, DiskGiB = 4 } })
            .WithExample("A mix, without the two largest hosts", Mix)
            .Describes("Count what fits", Description);
        return v1;
    }

    private static FitCapacity Mix => new()
    {
        Shapes = [new() { Vcpus = 1, MemoryMiB = 256, DiskGiB = 1 }, new() { Vcpus = 2, MemoryMiB = 512, DiskGiB = 4 }], Lose = 2,
    };

    private static Task<Answer> FitCapacityAsync(
        Body<FitCapacity> body, RequestTerms terms, CapacityService capacity, CancellationToken ct) =>
        capacity.FitAsync(body.Value, terms, ct);
}
