using System.Text.Json;

namespace ControlPlane.System.Tests;

/// <summary>The service is killed again and again, at random moments, while a client works with real guests.</summary>
[Collection(RealGuests.Name)]
public sealed class KilledServiceTests
{
    private const int Kills = 22;
    private const int MaxVms = 3;
    private const int Seed = 20261123;

    [SkippableFact]
    public async Task A_service_killed_at_random_points_loses_nothing_doubles_nothing_and_leaks_nothing()
    {
        RealGuests.Require();
        await using var service = await ServiceProcess.StartAsync();
        await RealGuests.UploadKernelAsync(service);
        var client = new RandomClient(service, new Random(Seed), MaxVms);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var working = client.WorkAsync(stop.Token);
            await Task.Delay(client.NextMilliseconds(1_500));
            await service.KillAsync();
            await stop.CancelAsync();
            await working;
            NoneTwice(service);
            await service.StartAgainAsync();
            await client.SettleUnknownAsync();
        }
        await client.EndsRightAsync();
        NoneTwice(service);
        await client.DeleteAllAsync();
        await NothingLeftAsync(service);
    }

    private static void NoneTwice(ServiceProcess service)
    {
        var doubled = service.Guests().GroupBy(guest => guest.VmId).Where(group => group.Count() > 1).Select(group => group.Key);
        Assert.Empty(doubled);
    }

    private static async Task NothingLeftAsync(ServiceProcess service)
    {
        Assert.Empty(service.Guests());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(service.Directory, "vms")));
        var report = (await service.GetAsync("/v1/reports/model")).GetProperty("r");
        Assert.True(report.GetProperty("consistent").GetBoolean(), report.ToString());
        var host = (await service.GetAsync("/v1/hosts")).GetProperty("items")[0];
        foreach (var entry in host.GetProperty("capacity").EnumerateObject()) { Assert.Equal(0, entry.Value.GetProperty("used").GetInt64()); }
        Assert.DoesNotContain(host.GetProperty("conditions").EnumerateArray(), condition =>
            condition.GetProperty("type").GetString() == "StrayProcesses" && condition.GetProperty("status").GetString() == "TRUE");
    }
}
