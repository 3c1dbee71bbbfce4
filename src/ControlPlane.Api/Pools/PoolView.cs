using ControlPlane.Api.Http;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Pools;

/// <summary>A pool as the client reads it.</summary>
internal static class PoolView
{
    internal static string PathOf(PoolId id) => $"/v1/pools/{id}";

    internal static PoolResource Of(Pool pool) => new()
    {
        Id = pool.Id.ToString(),
        Name = pool.Name.ToString(),
        Project = pool.Project,
        Parent = pool.Parent?.ToString(),
        Limits = pool.Limits.OrderBy(limit => limit.Resource).ToDictionary(limit => limit.Resource.ToString(), limit => new PoolUse
        {
            Limit = limit.Limit, Overcommit = limit.Overcommit.Ratio, Used = limit.Used,
        }),
        HostSelector = SelectorOf(pool),
        Policies = PoliciesOf(pool),
        Labels = pool.Labels,
        Etag = Answers.Etag(pool.Version),
        CreateTime = pool.CreateTime,
        UpdateTime = pool.UpdateTime,
    };

    /// <summary>What a PATCH starts from: classes that are only counted are no limits.</summary>
    internal static PatchablePool Patchable(Pool pool) => new()
    {
        Limits = pool.Limits.Where(limit => limit.Limit is not null || limit.Overcommit != Overcommit.None)
            .OrderBy(limit => limit.Resource)
            .ToDictionary(limit => limit.Resource.ToString(), limit => new PoolLimitTerms
            {
                Limit = limit.Limit, Overcommit = limit.Overcommit.Ratio,
            }),
        HostSelector = SelectorOf(pool),
        Policies = PoliciesOf(pool),
        Labels = pool.Labels,
    };

    private static HostSelectorDocument SelectorOf(Pool pool) => new() { Zone = pool.Selector.Zone, Labels = pool.Selector.Labels };

    private static PoolPolicies PoliciesOf(Pool pool) => new()
    {
        Algorithm = Words.Of(pool.DefaultAlgorithm), Preemption = new() { Allowed = pool.Preemption },
    };
}
