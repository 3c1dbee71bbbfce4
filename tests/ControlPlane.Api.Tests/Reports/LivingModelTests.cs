using System.Text.Json;

namespace ControlPlane.Api.Tests.Reports;

/// <summary>Reports, events and images of the whole service with VMs that come and go.</summary>
public sealed class LivingModelTests : IAsyncLifetime
{
    private ServiceFixture service = null!;

    public async Task InitializeAsync() => service = await ServiceFixture.StartAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task The_model_agrees_with_the_ledger_while_vms_come_and_go()
    {
        await service.AddHostAsync("h1");
        for (var i = 0; i < 6; i++) { await service.CreateVmAsync($"web-{i}"); }
        await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "test", resources = new { vcpu = 3 } });
        using var deleted = await service.SendAsync(HttpMethod.Delete, "/v1/vms/web-0", null, ("Prefer", "wait=60"));
        Assert.Equal(200, (int)deleted.StatusCode);
        var report = await service.GetAsync("/v1/reports/model?pageSize=3");
        var r = report.GetProperty("r");
        Assert.True(r.GetProperty("consistent").GetBoolean(), r.ToString());
        Assert.Equal(5 + 3, r.GetProperty("sum").GetProperty("vcpu").GetInt64());
        Assert.Equal(5, report.GetProperty("t").GetProperty("count").GetInt64());
        Assert.True(report.GetProperty("t").GetProperty("sumMicroseconds").GetInt64() > 0);
        Assert.Equal(3, report.GetProperty("vms").GetArrayLength());
        Assert.NotNull(report.GetProperty("nextPageToken").GetString());
    }

    [Fact]
    public async Task An_image_that_a_vm_was_made_of_stays_until_the_vm_has_gone()
    {
        await service.AddHostAsync("h2");
        await service.PostedAsync(201, "/v1/images", new { name = "disk", format = "RAW" });
        using var content = new ByteArrayContent(new byte[4096]) { Headers = { { "Content-Type", "application/octet-stream" } } };
        await ServiceFixture.ReadAsync(200, await service.Client.PutAsync("/v1/images/disk/content", content));
        await service.CreateVmAsync("booted", new { vcpus = 1, memoryMiB = 64, diskGiB = 1, image = "disk" });
        var refused = await ServiceFixture.RefusedAsync(409, "invalid-state", await service.SendAsync(HttpMethod.Delete, "/v1/images/disk"));
        Assert.Contains("'booted'", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var deleted = await service.SendAsync(HttpMethod.Delete, "/v1/vms/booted", null, ("Prefer", "wait=60"));
        Assert.Equal(200, (int)deleted.StatusCode);
        Assert.Equal(204, (int)(await service.SendAsync(HttpMethod.Delete, "/v1/images/disk")).StatusCode);
    }

    [Fact]
    public async Task The_stream_of_changes_tells_of_a_host_that_was_registered()
    {
        await service.AddHostAsync("h3");
        using var response = await service.Client.GetAsync("/v1/events?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) { continue; }
            var change = JsonDocument.Parse(line["data: ".Length..]).RootElement;
            if (change.GetProperty("kind").GetString() == "HOST" && change.GetProperty("name").GetString() == "h3") { return; }
        }
        Assert.Fail("the stream ended without the host");
    }
}
