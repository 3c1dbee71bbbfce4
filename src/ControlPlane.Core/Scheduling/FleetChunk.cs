using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// Up to 64 neighbouring hosts by column: amounts as arrays, everything that is true or not as one bit per host in one word. Immutable;
/// replacing a host copies only the columns in which it changed.
/// </summary>
internal sealed class FleetChunk
{
    internal const int MaxHosts = 64;

    private readonly HostSnapshot[] hosts;

    // The same hosts with other amounts.
    private FleetChunk(FleetChunk same, HostSnapshot[] hosts, (FleetColumns Amounts, NumaColumns Nodes, ChunkOccupants Occupants) columns)
    {
        (this.hosts, Words) = (hosts, same.Words);
        (Columns, Numa, Occupants) = columns;
        (Here, Ready, Simulated) = (same.Here, same.Ready, same.Simulated);
        (HardwareThere, HardwareUsable) = (same.HardwareThere, same.HardwareUsable);
        (SoftwareThere, SoftwareUsable) = (same.SoftwareThere, same.SoftwareUsable);
    }

    private FleetChunk(
        HostSnapshot[] hosts, (FleetColumns Amounts, NumaColumns Nodes, ChunkOccupants Occupants) columns, ChunkWords words)
    {
        (this.hosts, Words) = (hosts, words);
        (Columns, Numa, Occupants) = columns;
        for (var row = 0; row < hosts.Length; row++)
        {
            var (host, bit) = (hosts[row], 1UL << row);
            Here |= bit;
            if (host is { State: HostState.Active, HeldBack: false }) { Ready |= bit; }
            if (host.Driver == HostDriver.Simulated) { Simulated |= bit; }
            foreach (var engine in host.Engines) { Note(engine, bit); }
        }
    }

    /// <summary>The hosts, by id.</summary>
    internal ReadOnlySpan<HostSnapshot> Hosts => hosts;

    /// <summary>The hosts, to be walked later.</summary>
    internal IReadOnlyList<HostSnapshot> List => hosts;

    /// <summary>Their amounts.</summary>
    internal FleetColumns Columns { get; }

    /// <summary>The words they carry.</summary>
    internal ChunkWords Words { get; }

    /// <summary>Who is on them.</summary>
    internal ChunkOccupants Occupants { get; }

    /// <summary>Their cores and NUMA nodes.</summary>
    internal NumaColumns Numa { get; }

    /// <summary>A bit for each host there is.</summary>
    internal ulong Here { get; }

    /// <summary>The hosts that take VMs.</summary>
    internal ulong Ready { get; }

    /// <summary>The hosts on the simulated driver.</summary>
    internal ulong Simulated { get; }

    /// <summary>The hosts with nothing on them that have as much of everything as the chunk's first.</summary>
    internal ulong Alike => Occupants.Idle & Columns.Sizes.LikeFirst;

    private ulong HardwareThere { get; set; }

    private ulong HardwareUsable { get; set; }

    private ulong SoftwareThere { get; set; }

    private ulong SoftwareUsable { get; set; }

    internal static FleetChunk Of(HostSnapshot[] hosts, FleetTerms terms, FleetChunk? beside) =>
        new(hosts, (FleetColumns.Of(hosts, terms, beside?.Columns.Sizes), NumaColumns.Of(hosts), ChunkOccupants.Of(hosts)),
            ChunkWords.Of(hosts, terms));

    /// <summary>This with another host in a row.</summary>
    internal FleetChunk Replace(int row, HostSnapshot host, FleetTerms terms)
    {
        HostSnapshot[] changed = [.. hosts];
        changed[row] = host;
        var words = SameWords(hosts[row], host) ? Words : ChunkWords.Of(changed, terms);
        var amounts = Columns.TryWith(row, host) ?? FleetColumns.Of(changed, terms, Columns.Sizes);
        return new(changed, (amounts, Numa.TryWith(row, host) ?? NumaColumns.Of(changed), OccupantsWith(row, host, changed)), words);
    }

    /// <summary>This where only what is promised of the host in a row is another.</summary>
    internal FleetChunk ReplaceUse(int row, HostSnapshot host, FleetTerms terms)
    {
        HostSnapshot[] changed = [.. hosts];
        changed[row] = host;
        var amounts = Columns.TryWithUse(row, host) ?? FleetColumns.Of(changed, terms, Columns.Sizes);
        return new(this, changed, (amounts, Numa.TryWith(row, host) ?? NumaColumns.Of(changed), OccupantsWith(row, host, changed)));
    }

    /// <summary>The row of a host, or the complement of the row where it would be.</summary>
    internal int IndexOf(HostId id)
    {
        var (low, high) = (0, hosts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = hosts[middle].Id.CompareTo(id);
            if (order == 0) { return middle; }
            if (order < 0) { low = middle + 1; } else { high = middle - 1; }
        }
        return ~low;
    }

    /// <summary>The hosts that carry a word.</summary>
    internal ulong Carrying(int attribute) => Words.Carrying(attribute);

    /// <summary>The hosts that are in any of these domains.</summary>
    internal ulong InDomain(FailureDomain scope)
    {
        if (scope.Kind == FailureDomainKind.Host) { return Here; }
        var mask = 0UL;
        for (var place = 0; place < Words.Count; place++)
        {
            if (Words.IsIn(scope, place)) { mask |= Words.Carriers(place); }
        }
        return mask;
    }

    /// <summary>The hosts of a driver.</summary>
    internal ulong With(HostDriver driver) => driver == HostDriver.Simulated ? Simulated : Here & ~Simulated;

    /// <summary>The hosts that have the engine of a view.</summary>
    internal ulong Having(EngineView view) => view switch
    {
        EngineView.None => Here,
        EngineView.Hardware => HardwareThere,
        EngineView.Software => SoftwareThere,
    };

    /// <summary>The hosts whose engine of a view runs and is proved.</summary>
    internal ulong Usable(EngineView view) => view switch
    {
        EngineView.None => Here,
        EngineView.Hardware => HardwareUsable,
        EngineView.Software => SoftwareUsable,
    };

    private void Note(EngineSnapshot engine, ulong bit)
    {
        if (engine.Kind == EngineKind.Hardware)
        {
            HardwareThere |= bit;
            if (engine.Usable) { HardwareUsable |= bit; }
            return;
        }
        SoftwareThere |= bit;
        if (engine.Usable) { SoftwareUsable |= bit; }
    }

    private ChunkOccupants OccupantsWith(int row, HostSnapshot host, HostSnapshot[] changed) => SameOccupants(hosts[row], host) ? Occupants
        : Occupants.TryWith(row, hosts[row], host) ?? ChunkOccupants.Of(changed);

    private static bool SameOccupants(HostSnapshot before, HostSnapshot after) => ReferenceEquals(before.Occupancy, after.Occupancy)
        && (before.Occupancy.Vms > 0 || before.Used.Count == 0 == (after.Used.Count == 0));

    private static bool SameWords(HostSnapshot before, HostSnapshot after) => before.Zone == after.Zone
        && before.Platform.SameAs(after.Platform)
        && (ReferenceEquals(before.Labels, after.Labels) || before.Labels.SequenceEqual(after.Labels))
        && (ReferenceEquals(before.Traits, after.Traits) || before.Traits.SequenceEqual(after.Traits));
}
