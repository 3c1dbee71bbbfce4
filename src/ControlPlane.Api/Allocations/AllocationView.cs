using ControlPlane.Api.Http;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Pools;

namespace ControlPlane.Api.Allocations;

/// <summary>An allocation as the client reads it.</summary>
internal static class AllocationView
{
    internal static string PathOf(PoolId pool, AllocationId id) => $"/v1/pools/{pool}/allocations/{id}";

    /// <summary>The target of the decision that chose its host: its own, or its VM's.</summary>
    internal static string TargetOf(Allocation held) => held.Vm is null ? $"allocations/{held.Id}" : held.Owner;

    internal static AllocationResource Of(Allocation held, string? placement) => new()
    {
        Id = held.Id.ToString(),
        Project = held.Project,
        Pool = held.Pool.ToString(),
        Host = held.Host.ToString(),
        Engine = Words.Of(held.Engine),
        Owner = held.Owner,
        Resources = held.Resources.ToDictionary(amount => amount.Key.ToString(), amount => amount.Value),
        ForMove = held.ForMove,
        Placement = placement,
        Etag = Answers.Etag(held.Version),
        CreateTime = held.CreateTime,
        UpdateTime = held.UpdateTime,
    };
}
