using System.Text.Json;

namespace ControlPlane.System.Tests;

/// <summary>
/// A client that creates, stops, starts, reboots, pauses, resumes and deletes VMs by chance, and remembers what it was promised: an
/// operation that was accepted must succeed, or be refused by the guest's state, but never vanish.
/// </summary>
internal sealed class RandomClient(ServiceProcess service, Random random, int maxVms)
{
    private readonly Dictionary<string, Promise> promises = [];
    private readonly Dictionary<string, string> unknown = [];
    private readonly List<(string Vm, string? After)> lost = [];
    private int created;

    public int NextMilliseconds(int most) => random.Next(most);

    /// <summary>Works until the service dies or the token ends.</summary>
    public async Task WorkAsync(CancellationToken ct)
    {
        try
        {
            while (!ct.IsCancellationRequested) { await StepAsync(); }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The service was killed in the middle of a call; SettleUnknownAsync finds out what became of it.
        }
    }

    /// <summary>Repeats creates whose answer was lost, with their keys: they must neither fail nor make a second VM.</summary>
    public async Task SettleUnknownAsync()
    {
        foreach (var (name, key) in unknown.ToList()) { await CreateAsync(name, key); }
        foreach (var (name, after) in lost) { await SettleLostAsync(name, after); }
        lost.Clear();
        foreach (var (name, promise) in promises.ToList())
        {
            using var response = await service.SendAsync(HttpMethod.Get, promise.Operation);
            Assert.True(response.IsSuccessStatusCode, $"the operation promised for {name} is lost: {promise}\n{service.Output}");
        }
    }

    // A call whose answer was lost may have begun its operation or not: the VM's newest operation tells.
    private async Task SettleLostAsync(string name, string? after)
    {
        var before = promises[name];
        var filter = Uri.EscapeDataString($"target = \"{before.Target}\"");
        var newest = (await service.GetAsync($"/v1/operations?filter={filter}&orderBy=createTime%20desc&pageSize=1")).GetProperty("items")[0];
        var id = newest.GetProperty("id").GetString()!;
        if (id != before.Id) { promises[name] = before with { Id = id, StateAfter = after }; }
    }

    /// <summary>Every promise was kept.</summary>
    public async Task EndsRightAsync()
    {
        foreach (var (name, promise) in promises.ToList())
        {
            var operation = await service.AskAsync(200, HttpMethod.Get, promise.Operation, null, ("Prefer", "wait=120"));
            Assert.True(operation.GetProperty("done").GetBoolean(), $"{name}: {operation}\n{service.Output}");
            Assert.True(operation.GetProperty("state").GetString() == "SUCCEEDED", $"{name}: {operation}\n{service.Output}");
            await StateIsAsync(name, promise);
        }
    }

    /// <summary>Removes what is left.</summary>
    public async Task DeleteAllAsync()
    {
        var vms = await service.GetAsync("/v1/vms?pageSize=1000");
        foreach (var vm in vms.GetProperty("items").EnumerateArray())
        {
            await service.DoAsync(HttpMethod.Delete, $"/v1/vms/{vm.GetProperty("id").GetString()}");
        }
    }

    private async Task StateIsAsync(string name, Promise promise)
    {
        using var response = await service.SendAsync(HttpMethod.Get, $"/v1/vms/{name}");
        Assert.Equal(promise.StateAfter is null ? 404 : 200, (int)response.StatusCode);
        if (promise.StateAfter is null) { return; }
        var vm = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        var status = vm.GetProperty("status");
        Assert.Equal(promise.StateAfter, status.GetProperty("state").GetString());
        var guests = service.Guests().Where(guest => guest.VmId == vm.GetProperty("id").GetString()).ToList();
        Assert.Equal(promise.StateAfter == "STOPPED" ? 0 : 1, guests.Count);
        if (guests.Count == 1) { Assert.Equal(guests[0].Id, status.GetProperty("processId").GetInt32()); }
    }

    private async Task StepAsync()
    {
        var living = promises.Where(pair => pair.Value.StateAfter is not null).Select(pair => pair.Key).Order().ToList();
        if (living.Count < maxVms && (living.Count == 0 || random.Next(3) == 0))
        {
            var name = $"vm-{++created}";
            unknown[name] = Guid.NewGuid().ToString("N");
            await CreateAsync(name, unknown[name]);
            return;
        }
        var vm = living[random.Next(living.Count)];
        var (method, path, body, after) = random.Next(7) switch
        {
            0 => (HttpMethod.Post, "/stop", (object?)new { mode = "FORCED" }, (string?)"STOPPED"),
            1 => (HttpMethod.Post, "/start", null, "RUNNING"),
            2 => (HttpMethod.Post, "/reboot", new { mode = "FORCED" }, "RUNNING"),
            3 => (HttpMethod.Post, "/pause", null, "PAUSED"),
            4 => (HttpMethod.Post, "/resume", null, "RUNNING"),
            5 => (HttpMethod.Delete, "", null, null),
            _ => (HttpMethod.Get, "", null, "?"),
        };
        await ActAsync(vm, method, $"/v1/vms/{vm}{path}", body, after);
    }

    private async Task CreateAsync(string name, string key)
    {
        var body = new { name, spec = RealGuests.Spec() };
        using var response = await service.SendAsync(HttpMethod.Post, "/v1/vms", body, ("Idempotency-Key", key));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == 202, $"create {name}: {(int)response.StatusCode} {text}\n{service.Output}");
        promises[name] = PromiseOf(text, "RUNNING");
        unknown.Remove(name);
    }

    private async Task ActAsync(string vm, HttpMethod method, string path, object? body, string? after)
    {
        try
        {
            using var response = await service.SendAsync(method, path, body);
            var text = await response.Content.ReadAsStringAsync();
            if (method == HttpMethod.Get || (int)response.StatusCode == 409) { return; }
            Assert.True((int)response.StatusCode == 202, $"{method} {path}: {(int)response.StatusCode} {text}\n{service.Output}");
            promises[vm] = PromiseOf(text, after);
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            if (method != HttpMethod.Get) { lost.Add((vm, after)); }
            throw;
        }
    }

    private static Promise PromiseOf(string operation, string? after)
    {
        var json = JsonDocument.Parse(operation).RootElement;
        return new(json.GetProperty("id").GetString()!, json.GetProperty("target").GetString()!, after);
    }

    /// <summary>What the service has accepted: the operation, what it is about, and the state it leads to (null: gone).</summary>
    private sealed record Promise(string Id, string Target, string? StateAfter)
    {
        public string Operation => $"/v1/operations/{Id}";
    }
}
