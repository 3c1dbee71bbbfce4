using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Pools;

/// <summary>A pool's limits, as they come from outside.</summary>
internal static class PoolLimits
{
    /// <summary>Replaces all of them; the refusal when more is promised, and then nothing has changed.</summary>
    internal static Problem? Replace(Pool pool, IReadOnlyDictionary<string, PoolLimitTerms> wanted)
    {
        var terms = wanted.ToDictionary(
            pair => ResourceClass.Parse(pair.Key), pair => new PoolTerms(pair.Value.Limit, ResourceRules.RatioOf(pair.Value.Overcommit)));
        return pool.TryLimit(terms) ? null : new Problem(ProblemCode.InsufficientResources, Sentence(pool, terms));
    }

    /// <summary>Why a pool of the chain does not let the amounts in, or null when all do.</summary>
    internal static Problem? Exceeded(IReadOnlyList<Pool> chain, ResourceVector demand)
    {
        foreach (var pool in chain)
        {
            foreach (var (resource, amount) in demand)
            {
                if (pool.Of(resource) is { Capacity: { } capacity } limit && amount > limit.Free)
                {
                    return new Problem(ProblemCode.InsufficientResources,
                        $"Pool {pool.Name} may promise {capacity} {resource}, of which {limit.Used} are promised; {amount} were asked.");
                }
            }
        }
        return null;
    }

    private static string Sentence(Pool pool, Dictionary<ResourceClass, PoolTerms> terms)
    {
        var (resource, term) = terms.OrderBy(pair => pair.Key).First(pair => pool.Of(pair.Key)?.Used > Allowed(pair.Value));
        return $"Of {resource} {pool.Of(resource)!.Used} are promised in pool {pool.Name}, and the new limit would allow {Allowed(term)}; "
            + "give allocations back first, or allow more.";
    }

    private static long Allowed(PoolTerms term) => term.Limit is { } limit ? term.Overcommit.Of(limit) : long.MaxValue;
}
