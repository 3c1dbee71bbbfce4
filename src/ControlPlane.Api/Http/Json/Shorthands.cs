using ControlPlane.Contracts.Hosts;
using ControlPlane.Contracts.Pools;

namespace ControlPlane.Api.Http.Json;

/// <summary>Records for which a bare number may stand: <c>{"vcpu":64}</c> is <c>{"vcpu":{"total":64}}</c>.</summary>
internal static class Shorthands
{
    private static readonly Dictionary<Type, string> members = new()
    {
        [typeof(CapacityTerms)] = "total",
        [typeof(PoolLimitTerms)] = "limit",
    };

    /// <summary>The member that the bare number is, or null where the record has no short form.</summary>
    public static string? MemberOf(Type type) => members.GetValueOrDefault(type);
}
