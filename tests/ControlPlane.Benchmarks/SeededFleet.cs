using ControlPlane.Api;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Pools;
using ControlPlane.Contracts.Agents;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Benchmarks;

/// <summary>
/// A data directory with simulated hosts of 64 vCPUs, 256 GiB and 4 TB, and stopped VMs on them. The rows are those that the product would
/// have written, but all of them go in by one transaction past its lane, and nothing tells of how they came: no events, no operations.
/// </summary>
internal static class SeededFleet
{
    private const int RowsPerSave = 2_000;

    /// <summary>Writes so many hosts into a new directory, with VMs on them in turn, and gives its path.</summary>
    public static async Task<string> CreateAsync(int hosts, int vms = 0)
    {
        var path = Directory.CreateTempSubdirectory("controlplane-benchmark-").FullName;
        using var directory = DataDirectory.Take(path);
        await using var database = new SqliteStore(directory.DatabaseFile, []);
        await OpenAsync(database);
        Fill(database, hosts, vms);
        // The hosts begin their history, as they would have when they came.
        await OpenAsync(database);
        return path;
    }

    private static async Task OpenAsync(SqliteStore database)
    {
        await using var store = new Store(database, Options.Create(new StoreOptions()), TimeProvider.System, NullLogger<Store>.Instance);
        await store.OpenAsync(CancellationToken.None);
        await DefaultPool.EnsureAsync(store, CancellationToken.None);
    }

    private static void Fill(SqliteStore database, int count, int vms)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var db = database.Read();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        using var all = db.Database.BeginTransaction();
        var pool = db.Pools.AsTracking().Single();
        var hosts = Enumerable.Range(1, count).Select(number => HostOf(number, now)).ToList();
        var placed = Enumerable.Range(1, vms).Select(number => Place(number, hosts[number % count], pool, now)).ToList();
        db.ChangeTracker.DetectChanges();
        db.SaveChanges();
        Insert(db, hosts);
        Insert(db, placed.ConvertAll(each => each.Vm));
        Insert(db, placed.ConvertAll(each => each.Claim));
        all.Commit();
    }

    private static void Insert<T>(StoreContext db, List<T> rows) where T : class
    {
        foreach (var part in rows.Chunk(RowsPerSave))
        {
            db.ChangeTracker.Clear();
            db.AddRange(part);
            db.SaveChanges();
        }
    }

    private static (Vm Vm, Allocation Claim) Place(int number, Host host, Pool pool, DateTimeOffset now)
    {
        var vm = new Vm(new(Guid.CreateVersion7(now)), "default", ResourceName.Parse($"vm-{number}"), pool.Id,
            new() { Vcpus = 2, MemoryMiB = 4_096, DiskGiB = 40, DesiredState = DesiredState.Stopped }, new(Guid.CreateVersion7(now)), now);
        if (Ledger.Take(host, EngineKind.Hardware, [pool], vm.Spec.Demand) != AllocationOutcome.Allocated)
        {
            throw new InvalidOperationException("there are more VMs than the hosts hold");
        }
        var claim = new Allocation(new(Guid.CreateVersion7(now)), "default", pool.Id, host.Id, EngineKind.Hardware, $"vms/{vm.Id}", vm.Id,
            vm.Spec.Demand, now);
        vm.PlaceOn(host.Id, EngineKind.Hardware, claim.Id, new(Guid.CreateVersion7(now)), 0, 0);
        vm.Assign(Power.Stopped);
        vm.Observe(new() { Incarnation = vm.Incarnation, Generation = vm.AssignmentGeneration, Power = Power.Stopped });
        vm.End(vm.Operation!.Value);
        return (vm, claim);
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
