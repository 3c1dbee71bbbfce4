using System.Text.Json;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Operations;

/// <summary>Every kind of operation, with the service dying before each of its commits in turn, and started again on what was kept.</summary>
public abstract class OperationCrashTests
{
    private const int MaxCommits = 24;

    // Begun by the recovery of a host alone.
    private const string ChildOnly = "RESTART_VM_ELSEWHERE";

    public static TheoryData<string> Kinds => [.. OperationScenario.All.Select(scenario => scenario.Kind)];

    [SkippableFact]
    public void Every_kind_has_its_scenario() => Assert.Equal(
        Enum.GetValues<Core.Operations.OperationKind>().Select(kind => Words.Of(kind)).Except([ChildOnly]).Order(),
        OperationScenario.All.Select(scenario => scenario.Kind).Order());

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_service_that_dies_before_any_commit_ends_what_it_had_accepted(string kind) =>
        await DieBeforeEachCommitAsync(OperationScenario.All.Single(scenario => scenario.Kind == kind), _ => Task.CompletedTask);

    [SkippableFact]
    public async Task A_batch_of_which_each_is_for_itself_survives_the_same() => await DieBeforeEachCommitAsync(
        new("BATCH_CREATE_VMS", null, HttpMethod.Post, "/v1/vms:batch", OperationScenario.Batch("BEST_EFFORT"), "RUNNING"),
        _ => Task.CompletedTask);

    /// <summary>On the database that the suite is about.</summary>
    protected abstract ServiceFixture NewService();

    protected async Task DieBeforeEachCommitAsync(OperationScenario scenario, Func<ServiceFixture, Task> meanwhile)
    {
        for (var commits = 0; commits < MaxCommits; commits++)
        {
            var store = new DyingStore();
            var service = NewService();
            service.Configure = services => services.AddSingleton<IInterceptor>(store);
            await service.InitializeAsync();
            try
            {
                if (await DieAsync(scenario, service, store, commits, meanwhile)) { return; }
            }
            finally
            {
                store.Revive();
                await service.DisposeAsync();
            }
        }
        Assert.Fail($"{scenario.Kind} takes more than {MaxCommits} commits");
    }

    // True when the operation needed no more commits than it was given.
    private static async Task<bool> DieAsync(
        OperationScenario scenario, ServiceFixture service, DyingStore store, int commits, Func<ServiceFixture, Task> meanwhile)
    {
        await service.AddHostAsync("h1");
        if (scenario.Before is { } before) { await before(service); }
        var path = await scenario.PathOnAsync(service);
        store.DieAfter(commits);
        using var response = await service.SendAsync(scenario.Method, path, scenario.Body);
        var accepted = response.IsSuccessStatusCode ? await ServiceFixture.ReadAsync(202, response) : (JsonElement?)null;
        var ended = accepted is { } operation ? EndedAsync(service, operation) : Task.CompletedTask;
        var survived = await Task.WhenAny(store.Died.Task, ended) == ended && accepted is not null;
        await service.StopAsync();
        store.Revive();
        await meanwhile(service);
        await service.InitializeAsync();
        if (accepted is { } begun) { await RightEndAsync(scenario, service, begun); }
        else { await NothingBegunAsync(scenario, service); }
        await Ledgers.AgreeAsync(service);
        return survived;
    }

    private static async Task EndedAsync(ServiceFixture service, JsonElement operation)
    {
        var path = $"/v1/operations/{operation.GetProperty("id").GetString()}";
        while (true)
        {
            using var response = await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=30"));
            if (!response.IsSuccessStatusCode) { await Task.Delay(Timeout.Infinite); }
            if ((await ServiceFixture.ReadAsync(200, response)).GetProperty("done").GetBoolean()) { return; }
        }
    }

    private static async Task RightEndAsync(OperationScenario scenario, ServiceFixture service, JsonElement begun)
    {
        var path = $"/v1/operations/{begun.GetProperty("id").GetString()}";
        var operation = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=60")));
        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        await StateIsAsync(service, scenario.StateAfter);
    }

    private static async Task NothingBegunAsync(OperationScenario scenario, ServiceFixture service)
    {
        var open = await service.GetAsync($"/v1/operations?filter={Uri.EscapeDataString($"kind = {scenario.Kind}")}");
        Assert.Empty(open.GetProperty("items").EnumerateArray());
    }

    private static async Task StateIsAsync(ServiceFixture service, string? state)
    {
        using var response = await service.Client.GetAsync($"/v1/vms/{OperationScenario.Vm}");
        Assert.Equal(state is null ? 404 : 200, (int)response.StatusCode);
        if (state is null) { return; }
        var vm = await ServiceFixture.ReadAsync(200, response);
        Assert.Equal(state, vm.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, vm.GetProperty("status").GetProperty("currentOperation").ValueKind);
    }

    // As if the process had died after acting and before it could record that it had begun.
    protected static Task ForgetRunningStepsAsync(ServiceFixture service) => service.ExecuteAsync(
        """UPDATE operations SET steps = replace(steps, '"state":"RUNNING"', '"state":"PENDING"') WHERE end_time IS NULL""");
}
