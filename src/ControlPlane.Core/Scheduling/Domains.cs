using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>How many VMs of a group or a pool are in each failure domain of a fleet. Lives on the stack for one decision.</summary>
internal readonly ref struct Domains
{
    private readonly FailureDomain scope;
    private readonly Guid counted;

    // By the number of the domain's word: twice the count, and one more when a host of the kind asked for is in it.
    private readonly Span<int> domains;

    internal Domains(FleetSnapshot fleet, in Question question, FailureDomain scope, Guid counted, Span<int> scratch)
    {
        (this.scope, this.counted) = (scope, counted);
        domains = scratch;
        domains.Clear();
        foreach (var chunk in fleet.Chunks)
        {
            Total += chunk.Occupants.Count(counted, chunk.Here);
            if (scope.Kind != FailureDomainKind.Host) { Count(chunk, question.OfKind(chunk)); }
        }
        Fewest = int.MaxValue;
        foreach (var domain in domains)
        {
            if ((domain & 1) != 0) { Fewest = Math.Min(Fewest, domain >> 1); }
        }
        if (Fewest == int.MaxValue) { Fewest = 0; }
    }

    /// <summary>How many there are in the whole fleet.</summary>
    internal int Total { get; }

    /// <summary>How many are in the domain with the fewest, of those with a host of the kind asked for; 0 where there is none.</summary>
    internal int Fewest { get; }

    /// <summary>The hosts of a chunk that are in a domain with at most so many.</summary>
    internal ulong AtMost(FleetChunk chunk, int most)
    {
        // Of hosts by themselves only "none" is ever asked.
        if (scope.Kind == FailureDomainKind.Host) { return chunk.Here & ~chunk.Occupants.Of(counted); }
        var mask = 0UL;
        for (var i = 0; i < chunk.Words.Count; i++)
        {
            if (chunk.Words.IsIn(scope, i) && domains[chunk.Words.Id(i)] >> 1 <= most) { mask |= chunk.Words.Carriers(i); }
        }
        return mask;
    }

    /// <summary>How many are in the domain of a chunk's row; -1 when the host is in none.</summary>
    internal int In(FleetChunk chunk, int row)
    {
        if (scope.Kind == FailureDomainKind.Host) { return chunk.Occupants.Count(counted, 1UL << row); }
        for (var i = 0; i < chunk.Words.Count; i++)
        {
            if ((chunk.Words.Carriers(i) >> row & 1) != 0 && chunk.Words.IsIn(scope, i)) { return domains[chunk.Words.Id(i)] >> 1; }
        }
        return -1;
    }

    private void Count(FleetChunk chunk, ulong ofKind)
    {
        for (var i = 0; i < chunk.Words.Count; i++)
        {
            if (!chunk.Words.IsIn(scope, i)) { continue; }
            var carriers = chunk.Words.Carriers(i);
            ref var domain = ref domains[chunk.Words.Id(i)];
            domain += 2 * chunk.Occupants.Count(counted, carriers);
            if ((ofKind & carriers) != 0) { domain |= 1; }
        }
    }
}
