using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Tests.Hosts;

/// <summary>A store in a directory of its own, without a service around it: for what no client can bring about.</summary>
public class OpenStore : IAsyncLifetime
{
    private readonly string path = Directory.CreateTempSubdirectory("controlplane-store-").FullName;
    private DataDirectory? directory;
    private IStoreDatabase? database;

    public Store Store { get; private set; } = null!;

    public StoreOptions Settings { get; init; } = new();

    public Mutations Mutations => new(Store);

    public HostService Hosts => new(Store, Mutations, new HostHeartbeats(), NullLogger<HostService>.Instance);

    public EngineService Engines => new(Store, Mutations);

    public static RequestTerms Terms => new() { Actor = "token:test", Project = "default", TraceId = "test" };

    public virtual async Task InitializeAsync()
    {
        directory = DataDirectory.Take(path);
        database = await DatabaseAsync(directory);
        Store = new Store(database, Options.Create(Settings), TimeProvider.System, NullLogger<Store>.Instance);
        await Store.OpenAsync(CancellationToken.None);
    }

    public virtual async Task DisposeAsync()
    {
        if (Store is not null) { await Store.DisposeAsync(); }
        if (database is not null) { await database.DisposeAsync(); }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        directory!.Dispose();
        Directory.Delete(path, recursive: true);
    }

    /// <summary>Runs a statement with an @id past the store.</summary>
    public virtual async Task<int> ExecuteAsync(string sql, string id)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={directory!.DatabaseFile}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@id", id);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Adds a host as an agent would register it: 8 vCPUs found, hardware proved and software not.</summary>
    public async Task<HostId> RealHostAsync(string name) => await Store.WriteAsync(null, session =>
    {
        var capacity = new Dictionary<ResourceClass, InventoryTerms>
        {
            [ResourceClass.Vcpu] = new(8, 0, Overcommit.None), [ResourceClass.MemoryMiB] = new(16_384, 0, Overcommit.None),
            [ResourceClass.DiskGiB] = new(100, 0, Overcommit.None),
        };
        var host = new Host(new(Guid.CreateVersion7(session.Now)), ResourceName.Parse(name), HostDriver.Qemu, capacity, session.Now)
        {
            Facts = StoreJson.Write(Facts(name)),
        };
        session.Db.Hosts.Add(host);
        return Task.FromResult(host.Id);
    }, CancellationToken.None);

    protected virtual Task<IStoreDatabase> DatabaseAsync(DataDirectory taken) =>
        Task.FromResult<IStoreDatabase>(new SqliteStore(taken.DatabaseFile, []));

    private static HostFacts Facts(string name) => new()
    {
        MachineName = name, Vcpus = 8, MemoryMiB = 16_384, DiskGiB = 100, CpuModel = "AMD EPYC", CpuFlags = ["sse4_2"],
        NumaNodes = [new NumaNode(0, 8, 16_384)], QemuVersion = "7.2.22", KernelVersion = "6.1",
        Engines =
        [
            new(VirtualizationEngine.Hardware, true, "GuestRan", "A guest ran in 812 ms.", "host", "q35"),
            new(VirtualizationEngine.Software, false, "GuestTooSlow", "No guest ended within 20 s.", "max", "pc"),
        ],
    };
}
