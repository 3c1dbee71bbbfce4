using System.Numerics;
using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// Where the first of a group that has to stay together should go: how many of what is asked for each failure domain holds, as a share
/// of the one that holds most. Algorithms that pack would put it into a domain that is nearly full, where nobody else of the group can
/// follow. A host counts by division, by the way in which it would take the first. Lives on the stack for one decision.
/// </summary>
internal ref struct Growth
{
    private readonly FailureDomain scope;

    // By the number of the domain's word; hosts by themselves need none.
    private readonly Span<int> rooms;
    private int most;

    /// <summary>Begins to count, into a number for each word of the fleet.</summary>
    internal Growth(FailureDomain scope, Span<int> scratch)
    {
        this.scope = scope;
        rooms = scratch;
        rooms.Clear();
    }

    /// <summary>Whether a demand asks for it, if nobody of its group is anywhere. One named host is no choice.</summary>
    internal static bool IsAskedBy(Demand demand) =>
        demand is { Host: null, Group: { Strictness: Strictness.Hard, Policy: AffinityPolicy.Affinity } };

    /// <summary>Counts the hosts of a mask, as far as it fits there.</summary>
    internal void Count(FleetChunk chunk, in Question question, ulong mask)
    {
        if (mask == 0 || question.Fitting(chunk, mask, out var hardware) is not (> 0 and var fitting)) { return; }
        Span<int> holds = stackalloc int[FleetChunk.MaxHosts];
        question.Hold(chunk, fitting, hardware, holds);
        if (scope.Kind == FailureDomainKind.Host)
        {
            for (var left = fitting; left != 0; left &= left - 1) { most = Math.Max(most, holds[Row(left)]); }
            return;
        }
        for (var place = 0; place < chunk.Words.Count; place++)
        {
            if (chunk.Words.IsIn(scope, place)) { Add(chunk.Words.Id(place), fitting & chunk.Words.Carriers(place), holds); }
        }
    }

    /// <summary>What it says of the hosts of a mask on which it fits, above 0 and up to 1.</summary>
    internal readonly void Of(FleetChunk chunk, in Question question, ulong fitting, ulong hardware, Span<float> shares)
    {
        Span<int> there = stackalloc int[FleetChunk.MaxHosts];
        if (scope.Kind == FailureDomainKind.Host) { question.Hold(chunk, fitting, hardware, there); }
        for (var place = 0; place < chunk.Words.Count; place++)
        {
            if (!chunk.Words.IsIn(scope, place)) { continue; }
            var room = rooms[chunk.Words.Id(place)];
            for (var left = fitting & chunk.Words.Carriers(place); left != 0; left &= left - 1) { there[Row(left)] = room; }
        }
        for (var left = fitting; left != 0; left &= left - 1) { shares[Row(left)] = (float)there[Row(left)] / most; }
    }

    private void Add(int domain, ulong hosts, scoped ReadOnlySpan<int> holds)
    {
        var room = (long)rooms[domain];
        for (; hosts != 0; hosts &= hosts - 1) { room += holds[Row(hosts)]; }
        rooms[domain] = (int)Math.Min(room, int.MaxValue);
        most = Math.Max(most, rooms[domain]);
    }

    private static int Row(ulong hosts) => BitOperations.TrailingZeroCount(hosts);
}
