using ControlPlane.Api;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Benchmarks;

/// <summary>A data directory with simulated hosts of 64 vCPUs, 256 GiB and 4 TB, written through the product's own store.</summary>
internal static class SeededFleet
{
    private const int HostsPerTurn = 500;

    /// <summary>Writes so many hosts into a new directory and gives its path.</summary>
    public static async Task<string> CreateAsync(int hosts)
    {
        var path = Directory.CreateTempSubdirectory("controlplane-benchmark-").FullName;
        using var directory = DataDirectory.Take(path);
        await using var store = new Store(
            new SqliteStore(directory.DatabaseFile, []), Options.Create(new StoreOptions()), TimeProvider.System, NullLogger<Store>.Instance);
        await store.OpenAsync(CancellationToken.None);
        foreach (var part in Enumerable.Range(1, hosts).Chunk(HostsPerTurn))
        {
            await store.WriteAsync(null, session =>
            {
                session.Db.Hosts.AddRange(part.Select(number => HostOf(number, session.Now)));
                return Task.FromResult(true);
            }, CancellationToken.None);
        }
        return path;
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
