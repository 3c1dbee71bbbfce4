using System.Globalization;
using System.IO.Compression;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using Xunit.Abstractions;

namespace ControlPlane.Core.Tests.Scheduling;

/// <summary>
/// The beginning of Azure's packing trace (Hadary et al., Protean, OSDI 2020), on a pool too small for it. A create that fits
/// nowhere is rejected and forgotten; nothing is over-committed.
/// </summary>
public class TraceReplayTests(ITestOutputHelper output)
{
    private const int Events = 9_000;
    private const int Hosts = 60;
    private const int FewHosts = 590;

    private static readonly string Folder =
        Path.Combine(RepositoryRoot.Path, "..", "shared", "data", "traces", "azure2020-packing");

    [SkippableTheory]
    [InlineData(PlacementAlgorithm.FirstFit)]
    [InlineData(PlacementAlgorithm.BestFit)]
    [InlineData(PlacementAlgorithm.WorstFit)]
    [InlineData(PlacementAlgorithm.Balanced)]
    public void A_recorded_trace_never_fills_a_host_beyond_its_capacity(PlacementAlgorithm algorithm)
    {
        Skip.IfNot(Directory.Exists(Folder), "the trace azure2020-packing is not beside the repository (../shared/data/traces)");
        var pool = new ReplayedPool(ReadHosts(Hosts), algorithm);
        var (creates, deletes) = (0, 0);
        foreach (var line in ReadEvents("events_batched0.csv.gz"))
        {
            var fields = line.Split(',');
            if (fields[2] == "delete") { deletes++; pool.Delete(fields[1]); continue; }
            creates++;
            pool.Create(fields[1], Amounts(fields));
        }
        pool.AssertTotals();
        Assert.Equal(creates, pool.Placed + pool.Rejected);
        Assert.True(pool.Rejected > 0, "the pool is meant to be too small");
        output.WriteLine($"{algorithm}: {creates} creates, {deletes} deletes, {pool.Rejected} rejected ({pool.RejectedVcpus} vCPUs), "
            + $"{pool.FirstRejection} placed before the first, {pool.Empty} of {Hosts} hosts empty");
        pool.DeleteAll();
        pool.AssertTotals();
        Assert.Equal(Hosts, pool.Empty);
    }

    [SkippableFact]
    public void Balanced_takes_the_beginning_of_the_trace_on_fewer_hosts_than_the_simple_rules_need()
    {
        Skip.IfNot(Directory.Exists(Folder), "the trace azure2020-packing is not beside the repository (../shared/data/traces)");
        var rejected = new[] { PlacementAlgorithm.FirstFit, PlacementAlgorithm.BestFit, PlacementAlgorithm.WorstFit, PlacementAlgorithm.Balanced }
            .ToDictionary(algorithm => algorithm, algorithm => Replay(algorithm, FewHosts).Rejected);
        output.WriteLine(string.Join(", ", rejected.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.Equal(0, rejected[PlacementAlgorithm.Balanced]);
        Assert.All(rejected, pair => Assert.True(pair.Key == PlacementAlgorithm.Balanced || pair.Value > 0));
    }

    private static ReplayedPool Replay(PlacementAlgorithm algorithm, int count)
    {
        var pool = new ReplayedPool(ReadHosts(count), algorithm);
        foreach (var fields in ReadEvents("events_bernoulli0.csv.gz").Select(line => line.Split(',')))
        {
            if (fields[2] == "delete") { pool.Delete(fields[1]); } else { pool.Create(fields[1], Amounts(fields)); }
        }
        return pool;
    }

    private static ResourceVector Amounts(string[] fields) => ResourceVector.Of(
        (ResourceClass.Vcpu, long.Parse(fields[3], CultureInfo.InvariantCulture)),
        (ResourceClass.MemoryMiB, long.Parse(fields[4], CultureInfo.InvariantCulture)));

    private static IEnumerable<string> ReadEvents(string name)
    {
        using var file = File.OpenRead(Path.Combine(Folder, name));
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        text.ReadLine();
        for (var i = 0; i < Events && text.ReadLine() is { } line; i++) { yield return line; }
    }

    private static IEnumerable<Host> ReadHosts(int count) => File.ReadLines(Path.Combine(Folder, "hosts_mixed.csv")).Skip(1).Take(count)
        .Select((line, index) => (Fields: line.Split(','), Id: new HostId(new Guid(index + 1, 0, 0, new byte[8]))))
        .Select(row => new Host(
            row.Id, ResourceName.Parse(row.Fields[0]), HostDriver.Simulated, Capacity(row.Fields), DateTimeOffset.UnixEpoch));

    private static Dictionary<ResourceClass, InventoryTerms> Capacity(string[] fields) => new()
    {
        [ResourceClass.Vcpu] = new(long.Parse(fields[2], CultureInfo.InvariantCulture), 0, Overcommit.None),
        [ResourceClass.MemoryMiB] = new(long.Parse(fields[3], CultureInfo.InvariantCulture), 0, Overcommit.None),
    };

    private sealed class ReplayedPool(IEnumerable<Host> members, PlacementAlgorithm algorithm)
    {
        private readonly Dictionary<HostId, Host> hosts = members.ToDictionary(host => host.Id);
        private readonly Dictionary<string, (Host Host, ResourceVector Amounts)> held = [];
        private FleetSnapshot? fleet;

        internal int Placed { get; private set; }
        internal int Rejected { get; private set; }
        internal long RejectedVcpus { get; private set; }
        internal int FirstRejection { get; private set; }
        internal int Empty => hosts.Values.Count(host => host.Inventory.All(entry => entry.Used == 0));

        internal void Create(string vm, ResourceVector amounts)
        {
            fleet ??= FleetSnapshot.Of(hosts.Values.Select(HostSnapshot.Of));
            var placement = Scheduler.Place(fleet, new() { Resources = amounts, Engine = null, Algorithm = algorithm }, 0);
            if (placement.Choice.Best is not { } best) { Reject(amounts); return; }
            var host = hosts[best.Host];
            Assert.Equal(AllocationOutcome.Allocated, Ledger.Take(host, null, [], amounts));
            held[vm] = (host, amounts);
            Placed++;
            Follow(host);
        }

        internal void Delete(string vm)
        {
            if (!held.Remove(vm, out var gone)) { return; }
            gone.Host.Release(gone.Amounts, null);
            Follow(gone.Host);
        }

        internal void DeleteAll()
        {
            foreach (var vm in held.Keys.ToList()) { Delete(vm); }
        }

        internal void AssertTotals() => Assert.All(hosts.Values, host => Assert.All(host.Inventory, entry =>
        {
            Assert.InRange(entry.Used, 0, entry.Capacity!.Value);
            Assert.Equal(held.Values.Where(each => each.Host == host).Sum(each => each.Amounts[entry.Resource]), entry.Used);
        }));

        private void Reject(ResourceVector amounts)
        {
            if (Rejected++ == 0) { FirstRejection = Placed; }
            RejectedVcpus += amounts[ResourceClass.Vcpu];
            if (Rejected % 50 != 1) { return; }
            Assert.DoesNotContain(hosts.Values, host => host.Check(amounts, null) == AllocationOutcome.Allocated);
        }

        private void Follow(Host host)
        {
            Assert.All(host.Inventory, entry => Assert.InRange(entry.Used, 0, entry.Capacity!.Value));
            fleet = fleet!.With(HostSnapshot.Of(host));
        }
    }
}
