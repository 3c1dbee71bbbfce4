using System.Numerics;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Scheduling;

/// <summary>A demand in the numbers of a fleet: what to look for in each chunk. Lives on the stack for one decision.</summary>
internal ref struct Question
{
    private readonly FleetTerms terms;
    private readonly FleetTotals totals;
    private readonly Demand demand;
    private readonly ReadOnlySpan<KeyValuePair<ResourceClass, long>> amounts;
    private readonly Span<int> columns;
    private readonly Span<int> attributes;
    private int required;
    private int forbidden;

    /// <summary>Reads a demand into the spans, which must hold <see cref="AttributesOf"/> words and one class each.</summary>
    internal Question(FleetSnapshot fleet, Demand demand, Span<int> columns, Span<int> attributes)
    {
        (terms, totals) = (fleet.Terms, fleet.Totals);
        this.demand = demand;
        this.columns = columns;
        this.attributes = attributes;
        amounts = demand.Resources.AsSpan();
        for (var i = 0; i < amounts.Length; i++) { columns[i] = terms.IdOf(amounts[i].Key); }
        if (demand.Zone is { } zone) { Require(HostAttribute.Zone(zone)); }
        RequireLabels(demand.HostLabels);
        for (var i = 0; i < demand.RequiredTraits.Count; i++) { Require(HostAttribute.Trait(demand.RequiredTraits[i])); }
        for (var i = 0; i < demand.ForbiddenTraits.Count; i++) { Forbid(HostAttribute.Trait(demand.ForbiddenTraits[i])); }
        RequirePlatform();
        for (var i = 0; i < demand.Selectors.Count; i++)
        {
            if (demand.Selectors[i].Zone is { } its) { Require(HostAttribute.Zone(its)); }
            RequireLabels(demand.Selectors[i].Labels);
        }
    }

    /// <summary>How many words a demand asks for at the most.</summary>
    internal static int AttributesOf(Demand demand)
    {
        var count = 1 + demand.HostLabels.Count + demand.RequiredTraits.Count + demand.ForbiddenTraits.Count + 5 + demand.CpuFeatures.Count;
        for (var i = 0; i < demand.Selectors.Count; i++) { count += 1 + demand.Selectors[i].Labels.Count; }
        return count;
    }

    /// <summary>How many classes are asked for.</summary>
    internal readonly int ClassCount => amounts.Length;

    /// <summary>How much of the class is asked for.</summary>
    internal readonly long Amount(int index) => amounts[index].Value;

    /// <summary>How much of the class of a number is asked for, which may be nothing.</summary>
    internal readonly long AmountOf(int id) => columns[..amounts.Length].IndexOf(id) is >= 0 and var index ? amounts[index].Value : 0;

    /// <summary>From when until when it is expected to be there, in seconds since 1970; null when nobody said.</summary>
    internal readonly (long From, long Until)? Stay => demand is { ExpectedLifetimeSeconds: { } seconds, DecidedAt: { } now }
        ? (now.ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + seconds) : null;

    /// <summary>What is usual in the fleet; see <see cref="FleetTotals.Of(int)"/>.</summary>
    internal readonly (float Used, float PerHost) Usual(int id) => totals.Of(id);

    /// <summary>The column of the class in a chunk, or -1 when no host there has any.</summary>
    internal readonly int Column(FleetChunk chunk, int index) => chunk.Columns.IndexOf(columns[index]);

    /// <summary>The hosts of a chunk that are of the kind asked for, whatever their state and room.</summary>
    internal readonly ulong Matching(FleetChunk chunk)
    {
        var mask = OfKind(chunk);
        if (demand.Host is { } host) { mask &= chunk.IndexOf(host) is >= 0 and var row ? 1UL << row : 0; }
        return mask;
    }

    /// <summary>The same without regard to the one host that may be named.</summary>
    internal readonly ulong OfKind(FleetChunk chunk)
    {
        var mask = chunk.Here;
        if (demand.Leaving is { } leaving && chunk.IndexOf(leaving.Host) is >= 0 and var left) { mask &= ~(1UL << left); }
        if (demand.WithoutImage) { mask &= chunk.Simulated; } else if (demand.RealHostOnly) { mask &= ~chunk.Simulated; }
        for (var i = 0; i < required && mask != 0; i++) { mask &= chunk.Carrying(attributes[i]); }
        for (var i = 1; i <= forbidden; i++) { mask &= ~chunk.Carrying(attributes[^i]); }
        if (demand.Numa.Asked) { mask = chunk.Numa.Having(demand.Numa.Nodes, demand.Numa.Pinned ? mask & chunk.Simulated : mask); }
        // What is in no domain can be neither together nor apart.
        if (demand.Group is { Strictness: Strictness.Hard } group) { mask &= chunk.InDomain(group.Scope); }
        if (demand.Spread is { Mode: Strictness.Hard } spread) { mask &= chunk.InDomain(spread.Over); }
        return mask;
    }

    /// <summary>The hosts of a mask that have room by way of an engine, and those of them that take hardware.</summary>
    internal readonly ulong Fitting(FleetChunk chunk, ulong mask, out ulong hardware)
    {
        hardware = 0;
        if (demand.Numa.Asked) { mask = chunk.Numa.Room(demand.Numa, Vcpus, MemoryMiB, mask); }
        if (demand.Engine is not { } choice) { return Room(chunk, EngineView.None, mask); }
        if (choice != EngineChoice.Software)
        {
            hardware = Room(chunk, EngineView.Hardware, mask & chunk.Usable(EngineView.Hardware));
        }
        return choice == EngineChoice.Hardware ? hardware
            : hardware | Room(chunk, EngineView.Software, mask & chunk.Usable(EngineView.Software) & ~hardware);
    }

    /// <summary>
    /// How many of it each host of a mask holds now, those of the second mask by way of hardware, whatever its cores and NUMA nodes. The
    /// other rows may be anything.
    /// </summary>
    internal readonly void Hold(FleetChunk chunk, ulong fitting, ulong hardware, Span<int> holds)
    {
        holds.Fill(int.MaxValue);
        for (var i = 0; i < amounts.Length; i++)
        {
            var (column, amount) = (Column(chunk, i), amounts[i].Value);
            for (var left = fitting; left != 0; left &= left - 1)
            {
                var row = BitOperations.TrailingZeroCount(left);
                var view = demand.Engine is null ? EngineView.None : (hardware >> row & 1) != 0 ? EngineView.Hardware : EngineView.Software;
                holds[row] = (int)Math.Min(holds[row], chunk.Columns.Free(column, view)[row] / amount);
            }
        }
    }

    /// <summary>The hosts of a mask that could hold it when empty, by way of an engine they have.</summary>
    internal readonly ulong LargeEnough(FleetChunk chunk, ulong mask)
    {
        if (demand.Numa.Asked) { mask = chunk.Numa.Size(demand.Numa, Vcpus, MemoryMiB, mask); }
        if (demand.Engine is not { } choice) { return Size(chunk, EngineView.None, mask); }
        var hardware = choice == EngineChoice.Software ? 0 : Size(chunk, EngineView.Hardware, mask);
        return choice == EngineChoice.Hardware ? hardware : hardware | Size(chunk, EngineView.Software, mask);
    }

    /// <summary>The hosts of a mask that have an engine that will do, whether it works now or not.</summary>
    internal readonly ulong HavingEngine(FleetChunk chunk, ulong mask)
    {
        if (demand.Engine is not { } choice) { return mask; }
        var hardware = choice == EngineChoice.Software ? 0 : chunk.Having(EngineView.Hardware);
        return mask & (choice == EngineChoice.Hardware ? hardware : hardware | chunk.Having(EngineView.Software));
    }

    private readonly long Vcpus => demand.Resources[ResourceClass.Vcpu];

    private readonly long MemoryMiB => demand.Resources[ResourceClass.MemoryMiB];

    private readonly ulong Room(FleetChunk chunk, EngineView view, ulong mask)
    {
        for (var i = 0; i < amounts.Length && mask != 0; i++)
        {
            mask = Column(chunk, i) is >= 0 and var column ? chunk.Columns.Room(column, view, amounts[i].Value, mask) : 0;
        }
        return mask;
    }

    private readonly ulong Size(FleetChunk chunk, EngineView view, ulong mask)
    {
        mask &= chunk.Having(view);
        for (var i = 0; i < amounts.Length && mask != 0; i++)
        {
            mask = Column(chunk, i) is >= 0 and var column ? chunk.Columns.Size(column, view, amounts[i].Value, mask) : 0;
        }
        return mask;
    }

    private void Require(HostAttribute attribute) => attributes[required++] = terms.IdOf(attribute);

    // From the other end.
    private void Forbid(HostAttribute attribute) => attributes[^++forbidden] = terms.IdOf(attribute);

    private void RequirePlatform()
    {
        if (demand.Architecture is { } architecture) { Require(HostAttribute.Architecture(architecture)); }
        if (demand.Firmware is { } firmware) { Require(HostAttribute.Firmware(firmware)); }
        if (demand.Machine is { } machine) { Require(HostAttribute.Machine(machine.Engine, machine.Machine)); }
        if (demand.SharedDisks is { } storage) { Require(HostAttribute.Storage(storage)); }
        if (demand.CpuModel is { } model) { Require(HostAttribute.CpuModel(model)); }
        for (var i = 0; i < demand.CpuFeatures.Count; i++) { Require(HostAttribute.CpuFeature(demand.CpuFeatures[i])); }
    }

    private void RequireLabels(IReadOnlyDictionary<string, string> labels)
    {
        // Walked by its own type where it is the usual one, whose walker is a value.
        if (labels is Dictionary<string, string> usual)
        {
            foreach (var (key, value) in usual) { Require(HostAttribute.Label(key, value)); }
        }
        else if (labels.Count > 0)
        {
            foreach (var (key, value) in labels) { Require(HostAttribute.Label(key, value)); }
        }
    }
}
