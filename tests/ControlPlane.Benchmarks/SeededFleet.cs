using ControlPlane.Api;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Pools;
using ControlPlane.Contracts.Agents;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Benchmarks;

/// <summary>A data directory with simulated hosts of 64 vCPUs, 256 GiB and 4 TB, written through the product's own store.</summary>
internal static class SeededFleet
{
    private const int RowsPerTurn = 500;

    /// <summary>Writes so many hosts into a new directory, with stopped VMs on them in turn, and gives its path.</summary>
    public static async Task<string> CreateAsync(int hosts, int vms = 0)
    {
        var path = Directory.CreateTempSubdirectory("controlplane-benchmark-").FullName;
        using var directory = DataDirectory.Take(path);
        await using var store = new Store(
            new SqliteStore(directory.DatabaseFile, []), Options.Create(new StoreOptions()), TimeProvider.System, NullLogger<Store>.Instance);
        await store.OpenAsync(CancellationToken.None);
        foreach (var part in Enumerable.Range(1, hosts).Chunk(RowsPerTurn))
        {
            await store.WriteAsync(null, session =>
            {
                session.Db.Hosts.AddRange(part.Select(number => HostOf(number, session.Now)));
                return Task.FromResult(true);
            }, CancellationToken.None);
        }
        await DefaultPool.EnsureAsync(store, CancellationToken.None);
        var ids = store.Fleet.Hosts.Select(host => host.Id).ToList();
        foreach (var part in Enumerable.Range(1, vms).Chunk(RowsPerTurn))
        {
            await store.WriteAsync("default", session => Task.FromResult(AddVms(session, ids, part)), CancellationToken.None);
        }
        return path;
    }

    private static bool AddVms(StoreSession session, List<HostId> hosts, int[] numbers)
    {
        var pool = session.Ledger.Pool("default", "default")!;
        var made = new List<Vm>(numbers.Length);
        foreach (var number in numbers)
        {
            var (host, now) = (hosts[number % hosts.Count], session.Now);
            var vm = new Vm(new(Guid.CreateVersion7(now)), "default", ResourceName.Parse($"vm-{number}"), pool.Id,
                new() { Vcpus = 2, MemoryMiB = 4_096, DiskGiB = 40, DesiredState = DesiredState.Stopped }, new(Guid.CreateVersion7(now)), now);
            session.TryClaim(host, EngineKind.Hardware, [pool], new() { Resources = vm.Spec.Demand }, out _);
            var held = new Allocation(new(Guid.CreateVersion7(now)), "default", pool.Id, host, EngineKind.Hardware, $"vms/{vm.Id}", vm.Id,
                vm.Spec.Demand, now);
            session.Keep(held);
            vm.PlaceOn(host, EngineKind.Hardware, held.Id, new(Guid.CreateVersion7(now)), 0, 0);
            vm.Assign(Power.Stopped);
            vm.Observe(new() { Incarnation = vm.Incarnation, Generation = vm.AssignmentGeneration, Power = Power.Stopped });
            vm.End(vm.Operation!.Value);
            made.Add(vm);
        }
        session.Db.Vms.AddRange(made);
        return true;
    }

    private static Host HostOf(int number, DateTimeOffset now)
    {
        var capacity = new Dictionary<ResourceClass, InventoryTerms>
        {
            [ResourceClass.Vcpu] = new(64, 0, Overcommit.None), [ResourceClass.MemoryMiB] = new(262_144, 0, Overcommit.None),
            [ResourceClass.DiskGiB] = new(4_000, 0, Overcommit.None),
        };
        var host = new Host(new(Guid.CreateVersion7(now)), ResourceName.Parse($"h{number}"), HostDriver.Simulated, capacity, now)
        {
            Simulation = StoreJson.Write(new SimulationSettings()),
        };
        foreach (var kind in Enum.GetValues<EngineKind>())
        {
            host.TryConfigure(kind, new EngineTerms("simulated", "simulated", new Dictionary<ResourceClass, Overcommit>(), ResourceVector.Empty),
                EngineState.Running);
            host.SetEngineCondition(kind, new("Proved", ConditionStatus.True, "Simulated", "A simulated engine needs no proof.", now));
        }
        return host;
    }
}
