using System.Globalization;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Tests.Allocations;

/// <summary>Two hosts, and four pools of which two chains share a root, as the program has them.</summary>
internal sealed class RealLedger
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly int?[] Parents = [null, 0, 0, 1];

    internal RealLedger(IReadOnlyDictionary<ResourceClass, InventoryTerms> capacity)
    {
        Hosts = [.. Enumerable.Range(0, 2).Select(i =>
            new Host(new(Number(100 + i)), ResourceName.Parse($"h{i}"), HostDriver.Simulated, capacity, Now))];
        Pools = [.. Parents.Select((parent, i) => new Pool(new(Number(200 + i)), "default", ResourceName.Parse($"p{i}"),
            parent is { } index ? new PoolId(Number(200 + index)) : null, Now))];
    }

    internal IReadOnlyList<Host> Hosts { get; }

    internal IReadOnlyList<Pool> Pools { get; }

    internal List<Allocation> Allocations { get; } = [];

    internal static int PoolCount => Parents.Length;

    internal static IReadOnlyList<int> ChainOf(int pool) =>
        Parents[pool] is { } parent ? [pool, .. ChainOf(parent)] : [pool];

    internal IReadOnlyList<Pool> Chain(int pool) => [.. ChainOf(pool).Select(index => Pools[index])];

    internal IReadOnlyList<Pool> Chain(Allocation allocation) => Chain((int)(allocation.Pool.Value.ToByteArray(bigEndian: true)[15] - 200));

    internal Host HostOf(Allocation allocation) => Hosts.Single(host => host.Id == allocation.Host);

    internal AllocationOutcome Take(int host, EngineKind? engine, int pool, ResourceVector demand, NumaTerms terms = default)
    {
        var outcome = Ledger.Take(Hosts[host], engine, Chain(pool), demand, terms, out var seat);
        if (outcome == AllocationOutcome.Allocated)
        {
            var id = new AllocationId(Number(Allocations.Count));
            Allocations.Add(new(id, "default", Pools[pool].Id, Hosts[host].Id, engine, "test", null, demand, Now, seat));
        }
        return outcome;
    }

    /// <summary>Everything that a refusal must leave alone.</summary>
    public override string ToString()
    {
        var lines = new List<string>();
        foreach (var host in Hosts)
        {
            lines.Add(Line($"{host.Name} generation {host.Generation}, {string.Join(", ", host.Engines)}"));
            lines.AddRange(host.Inventory.Select(entry => Line(
                $"  {entry.Scope} {entry.Resource} {entry.Used} of {entry.Total}-{entry.Reserved} x {entry.Overcommit.Permille}, {entry.Exclusive} whole")));
            lines.AddRange(host.Nodes.Select(node => Line(
                $"  node {node.Number} {node.UsedVcpus}, {node.PinnedCores} whole, of {node.Cores}; {node.UsedMemoryMiB} of {node.MemoryMiB}")));
        }
        foreach (var pool in Pools)
        {
            lines.Add(Line($"{pool.Name} generation {pool.Generation}"));
            lines.AddRange(pool.Limits.Select(limit => Line(
                $"  {limit.Resource} {limit.Used} of {limit.Limit} x {limit.Overcommit.Permille}")));
        }
        lines.AddRange(Allocations.Select(allocation => Line($"{allocation.Id} {allocation.Resources} {string.Join(',', allocation.Seat?.Nodes ?? [])}")));
        return string.Join('\n', lines);
    }

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

    private static Guid Number(int number)
    {
        var bytes = new byte[16];
        bytes[15] = (byte)number;
        return new(bytes, bigEndian: true);
    }
}
