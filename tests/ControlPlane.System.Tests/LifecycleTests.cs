using System.Text.Json;

namespace ControlPlane.System.Tests;

/// <summary>One real guest's life over HTTP, on the service as a process.</summary>
[Collection(RealGuests.Name)]
public sealed class LifecycleTests : IAsyncLifetime
{
    private ServiceProcess service = null!;

    public async Task InitializeAsync()
    {
        RealGuests.Require();
        service = await ServiceProcess.StartAsync(("ControlPlane__Agent__StrayCheckSeconds", "1"));
    }

    public async Task DisposeAsync()
    {
        if (service is not null) { await service.DisposeAsync(); }
    }

    [SkippableFact]
    public async Task A_guest_boots_shows_life_obeys_and_leaves_nothing()
    {
        await RealGuests.UploadKernelAsync(service);
        await CreateAsync("web-1", RealGuests.Spec());
        var first = await RealGuests.LineAsync(service, "web-1", "probe vm=web-1", "boot=");
        var pid = (await StatusAsync("web-1")).GetProperty("processId").GetInt32();
        Assert.Equal("SOFTWARE", (await StatusAsync("web-1")).GetProperty("engine").GetString());
        await ConditionAsync("web-1", "GuestAlive", "TRUE");

        await service.DoAsync(HttpMethod.Post, "/v1/vms/web-1/pause");
        Assert.Equal("PAUSED", (await StatusAsync("web-1")).GetProperty("state").GetString());
        await service.DoAsync(HttpMethod.Post, "/v1/vms/web-1/resume");
        await service.DoAsync(HttpMethod.Post, "/v1/vms/web-1/reboot");
        await OtherBootAsync("web-1", RealGuests.Value(first, "boot"));
        Assert.Equal(pid, (await StatusAsync("web-1")).GetProperty("processId").GetInt32());

        await service.DoAsync(HttpMethod.Post, "/v1/vms/web-1/stop");
        Assert.Empty(service.Guests());
        await RealGuests.LineAsync(service, "web-1", "probe-poweroff");
        await service.DoAsync(HttpMethod.Post, "/v1/vms/web-1/start");
        await service.DoAsync(HttpMethod.Delete, "/v1/vms/web-1");
        Assert.Empty(service.Guests());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(service.Directory, "vms")));
    }

    [SkippableFact]
    public async Task A_disk_image_boots_from_its_own_loader_and_its_guest_survives_the_services_death()
    {
        await service.AskAsync(201, HttpMethod.Post, "/v1/images", new { name = "disk", format = "QCOW2" });
        await service.UploadAsync("/v1/images/disk/content", RepositoryRoot.Guest("probe.qcow2"));
        await CreateAsync("db-1", RealGuests.Spec("disk"));
        var before = await RealGuests.LineAsync(service, "db-1", "probe vm=db-1", "boot=");
        var guest = Assert.Single(service.Guests());

        await service.KillAsync();
        Assert.Equal(guest, Assert.Single(service.Guests()));
        await service.StartAgainAsync();

        await Eventually.TrueAsync(async () => (await StatusAsync("db-1")).GetProperty("state").GetString() == "RUNNING",
            TimeSpan.FromSeconds(60), () => service.Output);
        Assert.Equal(guest.Id, (await StatusAsync("db-1")).GetProperty("processId").GetInt32());
        var counted = int.Parse(RealGuests.Value(before, "counter"));
        await Eventually.TrueAsync(async () =>
        {
            var line = await RealGuests.LineAsync(service, "db-1", "probe vm=db-1", $"boot={RealGuests.Value(before, "boot")}");
            return int.Parse(RealGuests.Value(line, "counter")) > counted + 2;
        }, TimeSpan.FromSeconds(60), () => "the guest does not go on");
    }

    [SkippableFact]
    public async Task A_process_that_dies_by_itself_is_started_again_where_its_policy_says_so()
    {
        await RealGuests.UploadKernelAsync(service);
        await CreateAsync("always", RealGuests.Spec());
        await CreateAsync("never", RealGuests.Spec(restartPolicy: "NEVER"));

        foreach (var guest in service.Guests()) { guest.Kill(); }

        await Eventually.TrueAsync(async () =>
        {
            var status = await StatusAsync("always");
            return status.GetProperty("state").GetString() == "RUNNING" && status.GetProperty("restarts").GetInt32() > 0;
        }, TimeSpan.FromSeconds(90), () => service.Output);
        await Eventually.TrueAsync(async () => (await StatusAsync("never")).GetProperty("state").GetString() is "FAILED" or "STOPPED",
            TimeSpan.FromSeconds(90), () => service.Output);
        Assert.Single(service.Guests());
    }

    [SkippableFact]
    public async Task A_process_that_no_record_owns_is_told_of_and_left_alone()
    {
        await RealGuests.UploadKernelAsync(service);
        await CreateAsync("owned", RealGuests.Spec());
        var id = (await service.GetAsync("/v1/vms/owned")).GetProperty("id").GetString()!;
        await service.KillAsync();
        await ForgetAsync(id);
        await service.StartAgainAsync();

        await Eventually.TrueAsync(async () =>
        {
            var host = (await service.GetAsync("/v1/hosts/local")).GetProperty("conditions").EnumerateArray();
            return host.Any(condition => condition.GetProperty("type").GetString() == "StrayProcesses"
                && condition.GetProperty("status").GetString() == "TRUE"
                && condition.GetProperty("message").GetString()!.Contains(id, StringComparison.Ordinal));
        }, TimeSpan.FromSeconds(60), () => service.Output);
        Assert.Equal(id, Assert.Single(service.Guests()).VmId);
    }

    [SkippableFact]
    public async Task The_console_is_followed_while_the_guest_writes()
    {
        await RealGuests.UploadKernelAsync(service);
        await CreateAsync("talker", RealGuests.Spec());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/vms/talker/console/log?follow=true");
        using var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        var lines = 0;
        while (lines < 3 && await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Contains("counter=", StringComparison.Ordinal)) { lines++; }
        }
        Assert.Equal(3, lines);
    }

    private async Task CreateAsync(string name, object spec) => await service.DoAsync(HttpMethod.Post, "/v1/vms", new { name, spec });

    private async Task<JsonElement> StatusAsync(string vm) => (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status");

    private Task OtherBootAsync(string vm, string boot) => Eventually.TrueAsync(async () =>
    {
        var line = await RealGuests.LineAsync(service, vm, $"probe vm={vm}", "boot=");
        return RealGuests.Value(line, "boot") != boot;
    }, TimeSpan.FromSeconds(180), () => $"{vm} has not booted again\n{service.Output}");

    private Task ConditionAsync(string vm, string type, string status) => Eventually.TrueAsync(async () =>
        (await StatusAsync(vm)).GetProperty("conditions").EnumerateArray().Any(condition =>
            condition.GetProperty("type").GetString() == type && condition.GetProperty("status").GetString() == status),
        TimeSpan.FromSeconds(60), () => $"{vm} has no condition {type}={status}\n{service.Output}");

    // As if the record had been lost: only then can a process be there that no record owns.
    private async Task ForgetAsync(string id)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(service.Directory, "controlplane.db")};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM vms WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
