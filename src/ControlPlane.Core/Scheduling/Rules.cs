using System.Numerics;
using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// The rules about who is where, in the numbers of a fleet: the hard ones as words, the soft ones as a part of the score. What they ask
/// of the whole fleet, how many are in each domain, is counted once. Lives on the stack for one decision.
/// </summary>
internal ref struct Rules
{
    // What ranks hosts besides the algorithm weighs twice what the algorithm does, in the manner of Kubernetes' default weights.
    private const float SoftWeight = 2;
    private const int Parts = 3;

    private readonly GroupRule? group;
    private readonly SpreadRule? spread;
    private readonly Tenancy? tenancy;
    private readonly Domains groups;
    private readonly Domains spreads;
    private readonly Growth growth;

    /// <summary>Counts what the rules of a demand ask, into a span that must hold <see cref="ScratchOf"/>.</summary>
    internal Rules(FleetSnapshot fleet, in Question question, Demand demand, Span<int> scratch)
    {
        (group, spread, tenancy) = (demand.Group, demand.Spread, demand.Tenancy);
        var part = scratch.Length / Parts;
        groups = group is null ? default : new(fleet, question, group.Scope, group.Group.Value, scratch[..part]);
        spreads = spread is null ? default : new(fleet, question, spread.Over, spread.Counted, scratch[part..(2 * part)]);
        if (!Growth.IsAskedBy(demand) || groups.Total > 0) { return; }
        Grows = true;
        growth = new(group!.Scope, scratch[(2 * part)..]);
        foreach (var chunk in fleet.Chunks) { growth.Count(chunk, question, question.Matching(chunk) & chunk.Ready & Allowed(chunk)); }
    }

    /// <summary>Whether a rule ranks hosts.</summary>
    internal readonly bool Rank => Grows || group is { Strictness: Strictness.Soft } || spread is { Mode: Strictness.Soft };

    /// <summary>Whether it is for the first of a group that has to stay together.</summary>
    private bool Grows { get; }

    /// <summary>How many numbers the rules of a demand need.</summary>
    internal static int ScratchOf(FleetSnapshot fleet, Demand demand) =>
        demand.Group is null && demand.Spread is null ? 0 : Parts * fleet.Terms.Attributes;

    /// <summary>The hosts of a chunk that the hard rules let take it now.</summary>
    internal readonly ulong Allowed(FleetChunk chunk)
    {
        var mask = chunk.Here;
        if (tenancy is not null) { mask &= Tenants(chunk.Occupants, tenancy); }
        if (group is { Strictness: Strictness.Hard }) { mask &= Grouped(chunk, group); }
        if (spread is { Mode: Strictness.Hard }) { mask &= spreads.AtMost(chunk, spreads.Fewest + spread.MaxSkew - 1); }
        return mask;
    }

    /// <summary>Adds what the rules say to the scores of the hosts of a mask, those of the second mask by way of hardware.</summary>
    internal readonly void Blend(FleetChunk chunk, in Question question, ulong mask, ulong hardware, Span<float> scores)
    {
        var whole = 1f;
        if (Grows)
        {
            whole += SoftWeight;
            Span<float> shares = stackalloc float[FleetChunk.MaxHosts];
            growth.Of(chunk, question, mask, hardware, shares);
            for (var left = mask; left != 0; left &= left - 1) { Add(scores, left, shares[Row(left)]); }
        }
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
