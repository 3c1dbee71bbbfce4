using System.Text.Json;
using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Tests.Operations;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Hosts.Recovering;

/// <summary>What becomes of a lost host's VMs, as their owner and the operator see it.</summary>
public abstract class RecoveryTests : IAsyncLifetime
{
    private readonly ServiceFixture service;

    protected RecoveryTests(ServiceFixture service)
    {
        this.service = service;
        service.Settings =
        [
            ("ControlPlane:Lease:LengthSeconds", "5"), ("ControlPlane:Lease:MarginSeconds", "0.5"),
            ("ControlPlane:HostLoss:RecoveryDeadlineSeconds", "3"),
        ];
    }

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task The_VMs_of_a_host_whose_lease_is_over_start_on_others_by_their_priority()
    {
        foreach (var (name, priority) in new[] { ("low", 0), ("high", 9), ("middle", 5) })
        {
            await service.CreateVmAsync(name, Spec(priority: priority));
        }
        await service.CreateVmAsync("off", new { vcpus = 1, memoryMiB = 64, diskGiB = 1, desiredState = "STOPPED" });
        await service.AddHostAsync("h2");
        await LosableHosts.WelcomeAsync(service, "h1");

        var operation = await RecoveredAsync();

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        var recovery = operation.GetProperty("recovery");
        Assert.Equal("LEASE_OVER", recovery.GetProperty("proof").GetString());
        var vms = recovery.GetProperty("vms").EnumerateArray().ToList();
        Assert.Equal(["high", "middle", "low", "off"], vms.Select(vm => vm.GetProperty("name").GetString()));
        Assert.All(vms, vm => Assert.Equal("DONE", vm.GetProperty("state").GetString()));
        Assert.Equal(4, operation.GetProperty("children").GetArrayLength());
        Assert.Equal("FENCED", await StateAsync("h1"));
        var there = (await service.GetAsync("/v1/hosts/h2/vms")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["RUNNING", "RUNNING", "RUNNING", "STOPPED"], there.Select(State).Order());
        Assert.All(there.Where(vm => State(vm) == "RUNNING"), vm => Assert.Equal(2, vm.GetProperty("status").GetProperty("incarnation").GetInt32()));
        await Ledgers.AgreeAsync(service);
        await HoldsNothingAsync("h1");
    }

    [SkippableFact]
    public async Task A_VM_that_is_to_stay_is_unknown_until_an_operator_states_that_the_machine_is_off()
    {
        await service.CreateVmAsync("stays", Spec(onHostLoss: "STAY"));
        await service.AddHostAsync("h2");
        await LosableHosts.WelcomeAsync(service, "h1");

        var first = await RecoveredAsync();
        Assert.Equal(("SUCCEEDED", "LEFT"), (first.GetProperty("state").GetString(), ItemOf(first, "stays").GetProperty("state").GetString()));
        Assert.Contains("stays", Assert.Single(first.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var vm = await service.GetAsync("/v1/vms/stays");
        Assert.Equal(("UNKNOWN", "NotProvenEnded"), (State(vm), LossOf(vm)));

        var second = await DeclaredAsync("h1", "The plug is pulled.");
        Assert.Equal("SUCCEEDED", second.GetProperty("state").GetString());
        var recovery = second.GetProperty("recovery");
        Assert.Equal(("OPERATORS_STATEMENT", "The plug is pulled."),
            (recovery.GetProperty("proof").GetString(), recovery.GetProperty("statement").GetString()));
        Assert.NotEqual(JsonValueKind.Null, recovery.GetProperty("statedBy").ValueKind);
        Assert.Equal("RUNNING", State(await service.GetAsync("/v1/vms/stays")));
        Assert.Single((await service.GetAsync("/v1/hosts/h2/vms")).GetProperty("items").EnumerateArray());
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_VM_that_finds_no_room_waits_for_it()
    {
        await service.CreateVmAsync("waits", Spec(vcpus: 4));
        await LosableHosts.WelcomeAsync(service, "h1");
        await LosableHosts.SuspectAsync(service, "h1");
        var begun = await service.PostedAsync(202, "/v1/hosts/h1/declare-lost", new { statement = "off" });
        await UntilAsync("waits", vm => LossOf(vm) == "StartsElsewhere");
        Assert.Equal("UNKNOWN", State(await service.GetAsync("/v1/vms/waits")));
        await service.AddHostAsync("h2");

        Assert.Equal("SUCCEEDED", (await EndedAsync(begun)).GetProperty("state").GetString());
        Assert.Equal("RUNNING", State(await service.GetAsync("/v1/vms/waits")));
    }

    [SkippableFact]
    public async Task A_VM_that_finds_no_room_in_time_fails_with_the_reasons_and_a_statement_tries_again()
    {
        await service.CreateVmAsync("big", Spec(vcpus: 4));
        await service.AddHostAsync("h2", vcpu: 2);
        await LosableHosts.WelcomeAsync(service, "h1");
        await LosableHosts.SuspectAsync(service, "h1");

        var operation = await DeclaredAsync("h1", "off");
        Assert.Equal(("FAILED", "recovery-incomplete"),
            (operation.GetProperty("state").GetString(), operation.GetProperty("error").GetProperty("code").GetString()));
        var child = await service.GetAsync($"/v1/operations/{Assert.Single(operation.GetProperty("children").EnumerateArray()).GetString()}");
        Assert.Equal(("RESTART_VM_ELSEWHERE", "FAILED"), (child.GetProperty("kind").GetString(), child.GetProperty("state").GetString()));
        Assert.Contains("vcpu", child.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        var vm = await service.GetAsync("/v1/vms/big");
        Assert.Equal(("UNKNOWN", "StartsElsewhere"), (State(vm), LossOf(vm)));
        await Ledgers.AgreeAsync(service);

        await service.AddHostAsync("h3");
        Assert.Equal("SUCCEEDED", (await DeclaredAsync("h1", "still off")).GetProperty("state").GetString());
        Assert.Equal("RUNNING", State(await service.GetAsync("/v1/vms/big")));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_statement_about_a_host_that_lives_is_refused()
    {
        var path = "/v1/hosts/h1/declare-lost";
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync(path, new { statement = "off" }));
        await LosableHosts.WelcomeAsync(service, "h1");
        await ServiceFixture.RefusedAsync(409, "host-alive", await service.PostAsync(path, new { statement = "off" }));
        await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync(path, new { statement = "" }));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.PostAsync("/v1/hosts/none/declare-lost", new { statement = "off" }));
        Assert.Equal("ACTIVE", await StateAsync("h1"));
    }

    [SkippableFact]
    public async Task A_host_that_comes_back_keeps_what_was_not_given_away_and_lets_the_rest_go()
    {
        await service.CreateVmAsync("stays", Spec(onHostLoss: "STAY"));
        var gone = await service.CreateVmAsync("goes", Spec());
        await service.AddHostAsync("h2");
        var session = await LosableHosts.WelcomeAsync(service, "h1");
        await RecoveredAsync();
        Assert.Equal("UNKNOWN", State(await service.GetAsync("/v1/vms/stays")));

        var vms = new[] { "stays", "goes" }.Select(async name => (await service.GetAsync($"/v1/vms/{name}")).GetProperty("id").GetString()!);
        var held = (await Task.WhenAll(vms)).Select(id => new HeldVm(id, 1)).ToList();
        var host = HostId.Parse((await service.GetAsync("/v1/hosts/h1")).GetProperty("id").GetString()!);
        var answer = await service.Services.GetRequiredService<LeaseService>().BeginAsync(host, new("test", held), CancellationToken.None);

        Assert.Equal(session + 1, answer.Value!.Session);
        Assert.Equal([gone.GetProperty("target").GetString()!["vms/".Length..]], answer.Value.NotItsOwn);
        Assert.Equal("ACTIVE", await StateAsync("h1"));
        Assert.Equal("RUNNING", State(await service.GetAsync("/v1/vms/stays")));
        Assert.Equal("RUNNING", State(await service.GetAsync("/v1/vms/goes")));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task Nothing_starts_elsewhere_while_most_of_the_fleet_is_silent()
    {
        await service.CreateVmAsync("first", Spec());
        var others = Enumerable.Range(2, 7).Select(number => $"h{number}").ToList();
        foreach (var name in others) { await service.AddHostAsync(name); }
        foreach (var name in others.Prepend("h1")) { await LosableHosts.WelcomeAsync(service, name); }

        await UntilAsync("first", vm => LossOf(vm) == "WaitsForBrake");
        Assert.Equal("UNKNOWN", State(await service.GetAsync("/v1/vms/first")));
        foreach (var name in others) { await LosableHosts.WelcomeAsync(service, name); }
        await UntilAsync("first", vm => State(vm) == "RUNNING", async () =>
        {
            foreach (var name in others) { await LosableHosts.RenewAsync(service, name); }
        });
        Assert.Equal(2, (await service.GetAsync("/v1/vms/first")).GetProperty("status").GetProperty("incarnation").GetInt32());
    }

    [SkippableFact]
    public async Task The_scheduler_gives_nothing_to_a_host_that_is_silent()
    {
        await LosableHosts.WelcomeAsync(service, "h1");
        await LosableHosts.SuspectAsync(service, "h1");
        var refusal = await ServiceFixture.RefusedAsync(409, "insufficient-capacity",
            await service.PostAsync("/v1/vms", new { name = "none", spec = Spec() }));
        Assert.Contains("SUSPECT", refusal.ToString(), StringComparison.Ordinal);
    }

    private static object Spec(int vcpus = 1, int priority = 0, string onHostLoss = "RESTART_ELSEWHERE") =>
        new { vcpus, memoryMiB = 64, diskGiB = 1, onHostLoss, placement = new { priority } };

    private static string? State(JsonElement vm) => vm.GetProperty("status").GetProperty("state").GetString();

    private static string? LossOf(JsonElement vm) => vm.GetProperty("status").GetProperty("conditions").EnumerateArray()
        .Where(condition => condition.GetProperty("type").GetString() == "HostLost")
        .Select(condition => condition.GetProperty("reason").GetString()).SingleOrDefault();

    private static JsonElement ItemOf(JsonElement operation, string name) => operation.GetProperty("recovery").GetProperty("vms")
        .EnumerateArray().Single(vm => vm.GetProperty("name").GetString() == name);

    private async Task<string?> StateAsync(string host) => (await service.GetAsync($"/v1/hosts/{host}")).GetProperty("state").GetString();

    private async Task HoldsNothingAsync(string host)
    {
        foreach (var entry in (await service.GetAsync($"/v1/hosts/{host}")).GetProperty("capacity").EnumerateObject())
        {
            Assert.Equal(0, entry.Value.GetProperty("used").GetInt64());
        }
    }

    // Its lease of five seconds ends, and the service acts by itself.
    private async Task<JsonElement> RecoveredAsync()
    {
        var path = "/v1/operations?filter=" + Uri.EscapeDataString("kind = RECOVER_HOST");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var begun = (await service.GetAsync(path)).GetProperty("items").EnumerateArray().ToList();
            if (begun.Count > 0) { return await EndedAsync(begun[0]); }
            await Task.Delay(100, limit.Token);
        }
    }

    private async Task<JsonElement> DeclaredAsync(string host, string statement) =>
        await EndedAsync(await service.PostedAsync(202, $"/v1/hosts/{host}/declare-lost", new { statement }));

    private async Task<JsonElement> EndedAsync(JsonElement operation)
    {
        var path = $"/v1/operations/{operation.GetProperty("id").GetString()}";
        var ended = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=60")));
        Assert.True(ended.GetProperty("done").GetBoolean(), ended.ToString());
        return ended;
    }

    private async Task UntilAsync(string name, Func<JsonElement, bool> reached, Func<Task>? meanwhile = null)
    {
        JsonElement vm = default;
        for (var look = 0; look < 300; look++)
        {
            vm = await service.GetAsync($"/v1/vms/{name}");
            if (reached(vm)) { return; }
            if (meanwhile is not null) { await meanwhile(); }
            await Task.Delay(100);
        }
        Assert.Fail($"{vm}\n{await service.GetAsync("/v1/operations?pageSize=100")}");
    }
}
