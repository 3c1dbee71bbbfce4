using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.Vms;

/// <summary>A VM's life on simulated hosts, as a client leads it.</summary>
public abstract class VmTests(ServiceFixture service) : IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task A_VM_is_made_read_by_id_and_name_and_runs_on_what_it_claims()
    {
        var spec = new { vcpus = 2, memoryMiB = 512, diskGiB = 4, restartPolicy = "NEVER", cloudInit = new { userData = "#cloud-config" } };

        var operation = await service.CreateVmAsync("web-1", spec);

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        using var response = await service.Client.GetAsync("/v1/vms/web-1");
        var vm = await ServiceFixture.ReadAsync(200, response);
        Assert.Equal(vm.GetProperty("etag").GetString(), response.Headers.ETag?.ToString());
        Assert.Equal($"vms/{vm.GetProperty("id").GetString()}", operation.GetProperty("target").GetString());
        Assert.Equal(vm.ToString(), (await service.GetAsync($"/v1/vms/{vm.GetProperty("id").GetString()}")).ToString());
        Assert.Equal("RUNNING", State(vm));
        Assert.Equal("NEVER", vm.GetProperty("spec").GetProperty("restartPolicy").GetString());
        Assert.Equal("#cloud-config", vm.GetProperty("spec").GetProperty("cloudInit").GetProperty("userData").GetString());
        Assert.Equal(2, await UsedAsync("vcpu"));
        Assert.Equal(512, await UsedAsync("memoryMiB"));
        Assert.Equal(4, await UsedAsync("diskGiB"));
        var listed = await service.GetAsync("/v1/hosts/h1/vms");
        Assert.Equal(vm.ToString(), Assert.Single(listed.GetProperty("items").EnumerateArray()).ToString());
    }

    [SkippableTheory]
    [InlineData("PAUSED")]
    [InlineData("RUNNING")]
    public async Task A_stop_that_is_cancelled_leaves_the_VM_as_it_was_and_wanted_to_run(string before)
    {
        await service.CreateVmAsync("web-1");
        if (before == "PAUSED") { await service.PostedAsync(200, "/v1/vms/web-1/pause", null, ("Prefer", "wait=60")); }
        var slow = new { simulation = new { stopLatencyMs = 600_000 } };
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", slow));
        var begun = await service.PostedAsync(202, "/v1/vms/web-1/stop");

        var path = $"/v1/operations/{begun.GetProperty("id").GetString()}";
        var ended = await service.PostedAsync(200, $"{path}/cancel", null, ("Prefer", "wait=60"));

        var vm = await service.GetAsync("/v1/vms/web-1");
        Assert.Equal(("CANCELLED", before, "RUNNING"),
            (ended.GetProperty("state").GetString(), State(vm), vm.GetProperty("spec").GetProperty("desiredState").GetString()));
    }

    [SkippableFact]
    public async Task A_VM_is_stopped_started_paused_resumed_rebooted_and_deleted()
    {
        await service.CreateVmAsync("web-1");
        foreach (var (act, state) in new[]
        {
            ("pause", "PAUSED"), ("resume", "RUNNING"), ("reboot", "RUNNING"), ("stop", "STOPPED"), ("start", "RUNNING"),
            ("pause", "PAUSED"), ("stop", "STOPPED"),
        })
        {
            var operation = await service.PostedAsync(200, $"/v1/vms/web-1/{act}", null, ("Prefer", "wait=60"));
            Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
            Assert.Equal($"{act.ToUpperInvariant()}_VM", operation.GetProperty("kind").GetString());
            Assert.Equal(state, State(await service.GetAsync("/v1/vms/web-1")));
            await Ledgers.AgreeAsync(service);
        }

        await DeletedAsync("web-1");

        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/web-1")).StatusCode);
        await Ledgers.AreEmptyAsync(service);
    }

    [SkippableTheory]
    [InlineData("RUNNING")]
    [InlineData("STOPPED")]
    public async Task A_VM_is_deleted_whatever_it_does_and_its_name_is_free_again(string desiredState)
    {
        var spec = new { vcpus = 8, memoryMiB = 256, desiredState };
        await service.CreateVmAsync("web-1", spec);
        Assert.Equal(desiredState, State(await service.GetAsync("/v1/vms/web-1")));

        await DeletedAsync("web-1");

        Assert.Equal("SUCCEEDED", (await service.CreateVmAsync("web-1", spec)).GetProperty("state").GetString());
    }

    [SkippableFact]
    public async Task The_name_of_63_characters_is_the_longest()
    {
        var name = new string('a', 63);
        Assert.Equal("SUCCEEDED", (await service.CreateVmAsync(name)).GetProperty("state").GetString());
        Assert.Equal(name, (await service.GetAsync($"/v1/vms/{name}")).GetProperty("name").GetString());
    }

    [SkippableFact]
    public async Task VMs_are_listed_page_by_page_filtered_and_in_order()
    {
        for (var i = 1; i <= 5; i++)
        {
            await service.CreateVmAsync($"vm-{i}", new { vcpus = 1, memoryMiB = 64, desiredState = i % 2 == 0 ? "STOPPED" : "RUNNING" });
        }

        Assert.Equal(["vm-1", "vm-2", "vm-3", "vm-4", "vm-5"], await PagesAsync("pageSize=2", 3));
        Assert.Equal(["vm-5", "vm-4", "vm-3", "vm-2", "vm-1"], await PagesAsync("pageSize=2&orderBy=name%20desc", 3));
        Assert.Equal(["vm-2", "vm-4"], await PagesAsync($"filter={Uri.EscapeDataString("state = STOPPED")}", 1));
        var joined = Uri.EscapeDataString("state = RUNNING AND NOT (name = vm-3 OR name = vm-5)");
        Assert.Equal(["vm-1"], await PagesAsync($"filter={joined}", 1));
        Assert.Empty(await PagesAsync($"filter={Uri.EscapeDataString("name = nothing")}", 1));
    }

    [SkippableFact]
    public async Task ANY_takes_hardware_where_it_works_and_SOFTWARE_is_what_it_says()
    {
        await service.CreateVmAsync("any", new { vcpus = 1, memoryMiB = 64 });
        await service.CreateVmAsync("soft", new { vcpus = 1, memoryMiB = 64, engine = "SOFTWARE" });
        await service.CreateVmAsync("hard", new { vcpus = 1, memoryMiB = 64, engine = "HARDWARE" });
        Assert.Equal("HARDWARE", await EngineOfAsync("any"));
        Assert.Equal("SOFTWARE", await EngineOfAsync("soft"));
        Assert.Equal("HARDWARE", await EngineOfAsync("hard"));
        foreach (var name in new[] { "any", "hard" }) { await DeletedAsync(name); }
        await service.PostedAsync(200, "/v1/hosts/h1/engines/hardware/stop", null, ("Prefer", "wait=60"));

        await service.CreateVmAsync("any", new { vcpus = 1, memoryMiB = 64 });

        Assert.Equal("SOFTWARE", await EngineOfAsync("any"));
        await ServiceFixture.RefusedAsync(409, "insufficient-capacity",
            await service.PostAsync("/v1/vms", new { name = "hard", spec = new { vcpus = 1, memoryMiB = 64, engine = "HARDWARE" } }));
    }

    [SkippableFact]
    public async Task A_stopped_VM_is_resized_and_its_claim_with_it()
    {
        await service.CreateVmAsync("web-1", new { vcpus = 2, memoryMiB = 256, desiredState = "STOPPED" });

        foreach (var (vcpus, memoryMiB) in new[] { (8, 512), (1, 128) })
        {
            using var response = await service.SendAsync(
                HttpMethod.Patch, "/v1/vms/web-1", new { spec = new { vcpus, memoryMiB } }, ("Prefer", "wait=60"));
            Assert.Equal("SUCCEEDED", (await ServiceFixture.ReadAsync(200, response)).GetProperty("state").GetString());
            Assert.Equal(vcpus, await UsedAsync("vcpu"));
            Assert.Equal(memoryMiB, await UsedAsync("memoryMiB"));
            await Ledgers.AgreeAsync(service);
        }
        var claim = (await service.GetAsync("/v1/vms/web-1")).GetProperty("status").GetProperty("allocations").EnumerateArray();
        Assert.Contains(claim, each => each.GetProperty("resource").GetString() == "vcpu" && each.GetProperty("amount").GetInt64() == 1);
    }

    [SkippableFact]
    public async Task A_patch_of_the_desired_state_stops_and_starts()
    {
        await service.CreateVmAsync("web-1");
        foreach (var desiredState in new[] { "STOPPED", "RUNNING" })
        {
            var etag = (await service.GetAsync("/v1/vms/web-1")).GetProperty("etag").GetString()!;
            using var response = await service.SendAsync(
                HttpMethod.Patch, "/v1/vms/web-1", new { spec = new { desiredState } }, ("Prefer", "wait=60"), ("If-Match", etag));
            Assert.Equal("SUCCEEDED", (await ServiceFixture.ReadAsync(200, response)).GetProperty("state").GetString());
            Assert.Equal(desiredState, State(await service.GetAsync("/v1/vms/web-1")));
            Assert.NotEqual(etag, (await service.GetAsync("/v1/vms/web-1")).GetProperty("etag").GetString());
        }
    }

    [SkippableFact]
    public async Task The_same_key_and_body_give_the_first_answer_again_and_one_VM()
    {
        var body = new { name = "web-1", spec = new { vcpus = 1, memoryMiB = 256 } };
        using var first = await service.PostAsync("/v1/vms", body, ("Idempotency-Key", "k-1"));
        using var again = await service.PostAsync("/v1/vms", body, ("Idempotency-Key", "k-1"));
        using var reordered = await service.PostAsync(
            "/v1/vms", """{ "spec": { "memoryMiB": 256, "vcpus": 1 }, "name": "web-1" }""", ("Idempotency-Key", "k-1"));

        var id = (await ServiceFixture.ReadAsync(202, first)).GetProperty("id").GetString();
        Assert.Equal(id, (await ServiceFixture.ReadAsync(202, again)).GetProperty("id").GetString());
        Assert.Equal(id, (await ServiceFixture.ReadAsync(202, reordered)).GetProperty("id").GetString());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        var other = new { name = "web-2", spec = new { vcpus = 1, memoryMiB = 256 } };
        await ServiceFixture.RefusedAsync(
            422, "idempotency-mismatch", await service.PostAsync("/v1/vms", other, ("Idempotency-Key", "k-1")));
        Assert.Equal(["web-1"], await PagesAsync("pageSize=10", 1));
        Assert.Equal(1, await UsedAsync("vcpu"));
    }

    [SkippableFact]
    public async Task The_same_key_sent_at_once_makes_one_VM()
    {
        var body = new { name = "web-1", spec = new { vcpus = 1, memoryMiB = 256 } };

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => service.PostAsync("/v1/vms", body, ("Idempotency-Key", "k-1"))));

        var ids = new HashSet<string?>();
        foreach (var answer in answers) { ids.Add((await ServiceFixture.ReadAsync(202, answer)).GetProperty("id").GetString()); }
        Assert.Single(ids);
        Assert.Equal(["web-1"], await PagesAsync("pageSize=10", 1));
    }

    [SkippableFact]
    public async Task A_refusal_is_not_kept_under_its_key()
    {
        var body = new { name = "big", spec = new { vcpus = 9, memoryMiB = 256 } };
        await ServiceFixture.RefusedAsync(422, "exceeds-every-host", await service.PostAsync("/v1/vms", body, ("Idempotency-Key", "k-1")));
        await service.AddHostAsync("h2", vcpu: 16);

        await service.PostedAsync(202, "/v1/vms", body, ("Idempotency-Key", "k-1"));
    }

    [SkippableFact]
    public async Task The_console_is_text()
    {
        await service.CreateVmAsync("web-1");

        using var response = await service.Client.GetAsync("/v1/vms/web-1/console/log");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await response.Content.ReadAsStringAsync());
    }

    [SkippableFact]
    public async Task A_restart_of_the_service_keeps_VMs_as_they_are()
    {
        await service.CreateVmAsync("runs");
        await service.CreateVmAsync("halted", new { vcpus = 2, memoryMiB = 256, desiredState = "STOPPED" });
        await service.CreateVmAsync("paused");
        await service.PostedAsync(200, "/v1/vms/paused/pause", null, ("Prefer", "wait=60"));
        var before = await WhatStaysAsync();

        await service.RestartAsync();

        Assert.Equal(before, await WhatStaysAsync());
        await Ledgers.AgreeAsync(service);
        foreach (var (act, state) in new[] { ("runs/stop", "STOPPED"), ("halted/start", "RUNNING"), ("paused/resume", "RUNNING") })
        {
            var operation = await service.PostedAsync(200, $"/v1/vms/{act}", null, ("Prefer", "wait=60"));
            Assert.True("SUCCEEDED" == operation.GetProperty("state").GetString(), operation.ToString());
            Assert.Equal(state, State(await service.GetAsync($"/v1/vms/{act.Split('/')[0]}")));
        }
    }

    private async Task DeletedAsync(string name)
    {
        using var response = await service.SendAsync(HttpMethod.Delete, $"/v1/vms/{name}", null, ("Prefer", "wait=60"));
        Assert.Equal("SUCCEEDED", (await ServiceFixture.ReadAsync(200, response)).GetProperty("state").GetString());
    }

    private async Task<List<string?>> PagesAsync(string query, int pages)
    {
        var names = new List<string?>();
        for (string? token = null; ; )
        {
            var page = await service.GetAsync($"/v1/vms?{query}{(token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}")}");
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(vm => vm.GetProperty("name").GetString()));
            token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
            pages--;
            if (token is null) { break; }
        }
        Assert.Equal(0, pages);
        return names;
    }

    private async Task<string> WhatStaysAsync()
    {
        var vms = await service.GetAsync("/v1/vms?orderBy=name");
        return string.Join('\n', vms.GetProperty("items").EnumerateArray().Select(vm =>
            $"{vm.GetProperty("id")} {vm.GetProperty("name")} {vm.GetProperty("spec")} {State(vm)} "
            + $"{vm.GetProperty("status").GetProperty("host")} "
            + $"{vm.GetProperty("status").GetProperty("engine")} {vm.GetProperty("status").GetProperty("incarnation")}"));
    }

    private async Task<string?> EngineOfAsync(string vm) =>
        (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status").GetProperty("engine").GetString();

    private async Task<long> UsedAsync(string resource) =>
        (await service.GetAsync("/v1/hosts/h1")).GetProperty("capacity").GetProperty(resource).GetProperty("used").GetInt64();

    private static string? State(JsonElement vm) => vm.GetProperty("status").GetProperty("state").GetString();
}
