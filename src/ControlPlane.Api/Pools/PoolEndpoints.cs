using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Pools;

namespace ControlPlane.Api.Pools;

/// <summary><c>/v1/pools</c>.</summary>
public static class PoolEndpoints
{
    private const string PatchSentence =
        "A merge patch (RFC 7396). `limits` is merged by class: null removes a limit, a number sets it and puts overcommit back to 1, an "
        + "object changes what it names. Refused when more is promised than would be allowed.";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapPools(this RouteGroupBuilder v1)
    {
        var pools = v1.MapGroup("/pools").WithTags("Pools");
        pools.MapGet("/", ListAsync).Lists(PoolFields.All).Answers<ListPage<PoolResource>>(200)
            .Describes("List pools", "Shares of the fleet, the oldest first, with their limits and what of them is promised.");
        pools.MapPost("/", CreateAsync).Mutates().Answers<PoolResource>(201)
            .WithExample(new { name = "team-a", limits = new { vcpu = 64, memoryMiB = new { limit = 65536, overcommit = 1.5 } } })
            .Refuses(ProblemCode.AlreadyExists, ProblemCode.NotFound)
            .Describes("Make a pool", "Its limits bound what it and the pools in it may promise. Without limits it only counts.");
        pools.MapGet("/{pool}", GetAsync).WithPath("pool", "default").Answers<PoolResource>(200).Refuses(ProblemCode.NotFound)
            .Describes("Read a pool", "By id or by name.");
        pools.MapPatch("/{pool}", PatchAsync).Mutates().WithPath("pool", "default").Answers<PoolResource>(200)
            .WithExample(new
            {
                labels = new { team = "a" }, policies = new { algorithm = "BEST_FIT", preemption = new { allowed = true } },
            })
            .Refuses(ProblemCode.NotFound, ProblemCode.InsufficientResources)
            .Describes("Change a pool", PatchSentence);
        pools.MapDelete("/{pool}", DeleteAsync).Mutates().WithPath("pool", "team-a").Answers(204)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Describes("Remove a pool", "Refused while VMs, allocations or other pools are in it. The pool `default` stays.");
        return v1;
    }

    private static Task<Answer> ListAsync(RequestTerms terms, ListTerms list, PoolService pools, CancellationToken ct) =>
        pools.ListAsync(terms, list, ct);

    private static Task<Answer> CreateAsync(Body<CreatePool> body, RequestTerms terms, PoolService pools, CancellationToken ct) =>
        pools.CreateAsync(body.Value, terms, ct);

    private static Task<Answer> GetAsync(string pool, RequestTerms terms, PoolService pools, CancellationToken ct) =>
        pools.GetAsync(pool, terms, ct);

    private static Task<Answer> PatchAsync(
        string pool, Patch<PatchablePool> patch, RequestTerms terms, PoolService pools, CancellationToken ct) =>
        pools.PatchAsync(pool, patch, terms, ct);

    private static Task<Answer> DeleteAsync(string pool, RequestTerms terms, PoolService pools, CancellationToken ct) =>
        pools.DeleteAsync(pool, terms, ct);
}
