using System.Text;
using System.Text.Json;
using ControlPlane.Api.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ZstdSharp;

namespace ControlPlane.Api.Tests.Placements;

/// <summary>Records of placements that were kept with an archive of the whole fleet, before hosts had a history.</summary>
public sealed class OldPlacementTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_record_with_an_archive_reads_as_it_did_and_its_hosts_get_a_history_at_the_start()
    {
        await service.AddHostAsync("h1");
        var held = await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "o", resources = new { vcpu = 3 } });
        var path = $"/v1/placements/{held.GetProperty("placement")}";
        var before = (await service.GetAsync(path)).ToString();
        var archive = await ArchiveAsync();
        await BackAsync(archive);

        await service.InitializeAsync();

        Assert.Equal(before, (await service.GetAsync(path)).ToString());
        var store = service.Services.GetRequiredService<Store>();
        await using var db = store.Read(null);
        Assert.Equal(1, await db.HostHistory.CountAsync());
        var next = await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "p", resources = new { vcpu = 3 } });
        Assert.Equal(1, (await service.GetAsync($"/v1/placements/{next.GetProperty("placement")}")).GetProperty("considered").GetInt32());
    }

    // The fleet that the decision saw: before its own claim.
    private async Task<byte[]> ArchiveAsync()
    {
        var store = service.Services.GetRequiredService<Store>();
        await using var db = store.Read(null);
        var fleet = await HostHistory.FleetAtAsync(db, (await db.Placements.SingleAsync()).Revision, CancellationToken.None);
        using var compressor = new Compressor(1);
        return compressor.Wrap(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fleet.Hosts, StoreJson.Options))).ToArray();
    }

    // The rows as the version before the history left them.
    private async Task BackAsync(byte[] archive)
    {
        await service.StopAsync();
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(service.Directory, "controlplane.db")};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO fleets (hash, content, create_time) VALUES ('abc', @content, 0);
            UPDATE placements SET fleet = 'abc', revision = 0;
            DELETE FROM host_history;
            DELETE FROM host_shapes;
            """;
        command.Parameters.AddWithValue("@content", archive);
        await command.ExecuteNonQueryAsync();
    }
}
