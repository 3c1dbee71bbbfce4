using ControlPlane.Api.Tests.Hosts.Recovering;

namespace ControlPlane.Api.Tests.Operations;

/// <summary>One kind of operation: what must be there before, the call that starts it, and what must be there afterwards.</summary>
/// <param name="Kind">CREATE_VM, …</param>
/// <param name="Before">Brings the VM into the state it starts from; null when there is none.</param>
/// <param name="Method">Of the call.</param>
/// <param name="Path">Of the call; <c>{plan}</c> stands for the rebalance plan that there is.</param>
/// <param name="Body">Of the call.</param>
/// <param name="StateAfter">The VM's state when it succeeded; null when it is gone.</param>
public sealed record OperationScenario(
    string Kind, Func<ServiceFixture, Task>? Before, HttpMethod Method, string Path, object? Body, string? StateAfter)
{
    public const string Vm = "subject";
    private const string VmPath = $"/v1/vms/{Vm}";
    private const string Plans = "/v1/pools/default/rebalance-plans";
    private const string Engine = "/v1/hosts/h1/engines/software";

    public static IReadOnlyList<OperationScenario> All { get; } =
    [
        new("CREATE_VM", null, HttpMethod.Post, "/v1/vms", new { name = Vm, spec = Spec("RUNNING") }, "RUNNING"),
        new("START_VM", service => MakeAsync(service, "STOPPED"), HttpMethod.Post, $"{VmPath}/start", null, "RUNNING"),
        new("STOP_VM", service => MakeAsync(service, "RUNNING"), HttpMethod.Post, $"{VmPath}/stop", null, "STOPPED"),
        new("REBOOT_VM", service => MakeAsync(service, "RUNNING"), HttpMethod.Post, $"{VmPath}/reboot", null, "RUNNING"),
        new("PAUSE_VM", service => MakeAsync(service, "RUNNING"), HttpMethod.Post, $"{VmPath}/pause", null, "PAUSED"),
        new("RESUME_VM", PausedAsync, HttpMethod.Post, $"{VmPath}/resume", null, "RUNNING"),
        new("UPDATE_VM", service => MakeAsync(service, "STOPPED"), HttpMethod.Patch, VmPath, new { spec = new { vcpus = 3 } }, "STOPPED"),
        new("DELETE_VM", service => MakeAsync(service, "RUNNING"), HttpMethod.Delete, VmPath, null, null),
        new("BATCH_CREATE_VMS", null, HttpMethod.Post, "/v1/vms:batch", Batch("ALL_OR_NOTHING"), "RUNNING"),
        new("PREEMPT_VM", FullAsync, HttpMethod.Post, "/v1/vms", Urgent, "STOPPED"),
        new("MIGRATE_VM", TwoHostsAsync, HttpMethod.Post, $"{VmPath}/migrate", null, "RUNNING"),
        new("DRAIN_HOST", TwoHostsAsync, HttpMethod.Post, "/v1/hosts/h1/drain", null, "RUNNING"),
        new("RECOVER_HOST", SilentAsync, HttpMethod.Post, "/v1/hosts/h1/declare-lost", new { statement = "it is off" }, "RUNNING"),
        new("EXECUTE_REBALANCE_PLAN", PlannedAsync, HttpMethod.Post, $"{Plans}/{{plan}}/execute", null, "RUNNING"),
        new("STOP_ENGINE", service => MakeAsync(service, "RUNNING"), HttpMethod.Post, $"{Engine}/stop", null, "RUNNING"),
        new("START_ENGINE", EngineStoppedAsync, HttpMethod.Post, $"{Engine}/start", null, "RUNNING"),
    ];

    public static object Spec(string desiredState) => new { vcpus = 2, memoryMiB = 256, diskGiB = 1, engine = "HARDWARE", desiredState };

    public static object Batch(string mode) => new
    {
        mode, vms = new[] { new { name = Vm, spec = Spec("RUNNING") }, new { name = "other", spec = Spec("STOPPED") } },
    };

    // What only a VM that is stopped for it leaves room for, on a host that is full.
    private static object Urgent => new
    {
        name = "urgent", spec = new { vcpus = 60, memoryMiB = 256, diskGiB = 1, engine = "HARDWARE", placement = new { priority = 9 } },
    };

    public override string ToString() => Kind;

    public async Task<string> PathOnAsync(ServiceFixture service) => !Path.Contains("{plan}", StringComparison.Ordinal) ? Path
        : Path.Replace("{plan}", (await service.GetAsync(Plans)).GetProperty("items")[0].GetProperty("id").GetString(), StringComparison.Ordinal);

    private static async Task MakeAsync(ServiceFixture service, string desiredState) =>
        Finished(await service.CreateVmAsync(Vm, Spec(desiredState)));

    private static async Task FullAsync(ServiceFixture service)
    {
        var allowed = new { policies = new { preemption = new { allowed = true } } };
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/pools/default", allowed));
        Finished(await service.CreateVmAsync(Vm, new { vcpus = 8, memoryMiB = 256, diskGiB = 1, engine = "HARDWARE", preemptible = true }));
    }

    private static async Task TwoHostsAsync(ServiceFixture service)
    {
        await MakeAsync(service, "RUNNING");
        await service.AddHostAsync("h2");
    }

    private static async Task SilentAsync(ServiceFixture service)
    {
        await TwoHostsAsync(service);
        await LosableHosts.WelcomeAsync(service, "h1");
        await LosableHosts.SuspectAsync(service, "h1");
    }

    private static async Task PlannedAsync(ServiceFixture service)
    {
        await MakeAsync(service, "RUNNING");
        Finished(await service.CreateVmAsync("other", Spec("RUNNING")));
        await service.AddHostAsync("h2");
        var plan = await service.PostedAsync(201, Plans, new { goal = "BALANCE" });
        Assert.Equal(1, plan.GetProperty("moves").GetArrayLength());
    }

    private static async Task PausedAsync(ServiceFixture service)
    {
        await MakeAsync(service, "RUNNING");
        Finished(await service.PostedAsync(200, $"{VmPath}/pause", null, ("Prefer", "wait=60")));
    }

    private static async Task EngineStoppedAsync(ServiceFixture service)
    {
        await MakeAsync(service, "RUNNING");
        Finished(await service.PostedAsync(200, $"{Engine}/stop", null, ("Prefer", "wait=60")));
    }

    private static void Finished(System.Text.Json.JsonElement operation) =>
        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
}
