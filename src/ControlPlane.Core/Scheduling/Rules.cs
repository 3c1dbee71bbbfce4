using System.Numerics;
using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// The rules about who is where, in the numbers of a fleet: the hard ones as words, the soft ones as a part of the score. What they ask
/// of the whole fleet, how many are in each domain, is counted once. Lives on the stack for one decision.
/// </summary>
internal ref struct Rules
{
    // A soft rule weighs twice what the algorithm does, in the manner of Kubernetes' default weights.
    private const float SoftWeight = 2;

    private readonly GroupRule? group;
    private readonly SpreadRule? spread;
    private readonly Tenancy? tenancy;
    private readonly Domains groups;
    private readonly Domains spreads;

    /// <summary>Counts what the rules of a demand ask, into a span that must hold <see cref="ScratchOf"/>.</summary>
    internal Rules(FleetSnapshot fleet, in Question question, Demand demand, Span<int> scratch)
    {
        (group, spread, tenancy) = (demand.Group, demand.Spread, demand.Tenancy);
        var half = scratch.Length / 2;
        groups = group is null ? default : new(fleet, question, group.Scope, group.Group.Value, scratch[..half]);
        spreads = spread is null ? default : new(fleet, question, spread.Over, spread.Counted, scratch[half..]);
    }

    /// <summary>Whether a rule ranks hosts.</summary>
    internal readonly bool Soft => group is { Strictness: Strictness.Soft } || spread is { Mode: Strictness.Soft };

    /// <summary>How many numbers the rules of a demand need.</summary>
    internal static int ScratchOf(FleetSnapshot fleet, Demand demand) =>
        demand.Group is null && demand.Spread is null ? 0 : 2 * fleet.Terms.Attributes;

    /// <summary>The hosts of a chunk that the hard rules let take it now.</summary>
    internal readonly ulong Allowed(FleetChunk chunk)
    {
        var mask = chunk.Here;
        if (tenancy is not null) { mask &= Tenants(chunk.Occupants, tenancy); }
        if (group is { Strictness: Strictness.Hard }) { mask &= Grouped(chunk, group); }
        if (spread is { Mode: Strictness.Hard }) { mask &= spreads.AtMost(chunk, spreads.Fewest + spread.MaxSkew - 1); }
        return mask;
    }

    /// <summary>Adds what the soft rules say to the scores of the hosts of a mask.</summary>
    internal readonly void Blend(FleetChunk chunk, ulong mask, Span<float> scores)
    {
        var whole = 1f;
        if (group is { Strictness: Strictness.Soft })
        {
            whole += SoftWeight;
            for (var left = mask; left != 0; left &= left - 1) { Add(scores, left, GroupScore(groups.In(chunk, Row(left)))); }
        }
        if (spread is { Mode: Strictness.Soft })
        {
            whole += SoftWeight;
            for (var left = mask; left != 0; left &= left - 1) { Add(scores, left, SpreadScore(spreads.In(chunk, Row(left)))); }
        }
        for (var left = mask; left != 0; left &= left - 1) { scores[Row(left)] /= whole; }
    }

    /// <summary>What a soft group says of a domain with so many of it, 0 to 1; -1 stands for no domain.</summary>
    internal readonly float GroupScore(int there) => there < 0 ? 0
        : group!.Policy == AffinityPolicy.AntiAffinity ? 1f / (1 + there)
        : groups.Total == 0 ? 1 : (float)there / groups.Total;

    /// <summary>What a soft spread says of a domain with so many, 0 to 1; -1 stands for no domain.</summary>
    internal readonly float SpreadScore(int there) =>
        there < 0 ? 0 : Math.Min(1, (float)spread!.MaxSkew / (there + 1 - spreads.Fewest));

    private static void Add(Span<float> scores, ulong left, float points) => scores[Row(left)] += SoftWeight * points;

    private static int Row(ulong left) => BitOperations.TrailingZeroCount(left);

    private static ulong Tenants(ChunkOccupants there, Tenancy tenancy) =>
        tenancy.Dedicated ? ~there.Occupied | there.DedicatedTo(tenancy.Project) : ~there.Dedicated;

    // The first of a group that wants to be together is free to choose.
    private readonly ulong Grouped(FleetChunk chunk, GroupRule rule) =>
        rule.Policy == AffinityPolicy.AntiAffinity ? groups.AtMost(chunk, 0)
        : groups.Total == 0 ? chunk.Here : chunk.InDomain(rule.Scope) & ~groups.AtMost(chunk, 0);
}
