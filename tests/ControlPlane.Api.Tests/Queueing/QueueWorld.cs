using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.Queueing;

/// <summary>One host of 4 vCPUs, all of them held by the VM <c>first</c>; the queue looks only when it hears of a change.</summary>
public class QueueWorld : ServiceFixture
{
    public QueueWorld() => Settings = [("ControlPlane:Queue:SweepSeconds", "3600"), ("ControlPlane:Operations:SweepSeconds", "3600")];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        if (await IsNewAsync())
        {
            await AddHostAsync("h1", vcpu: 4, memoryMiB: 16_384, diskGiB: 100);
            Ended("SUCCEEDED", await CreateVmAsync("first", new { vcpus = 4, memoryMiB = 64, diskGiB = 1, desiredState = "STOPPED" }));
        }
    }

    /// <summary>Asks for a VM that waits when there is no room, and gives the operation that waits.</summary>
    public async Task<JsonElement> QueueAsync(string name, int vcpus = 4, int? seconds = null, string pool = "default", HttpClient? by = null)
    {
        var body = JsonSerializer.Serialize(Body(name, vcpus, seconds, pool));
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        return await ReadAsync(202, await (by ?? Client).PostAsync("/v1/vms", content));
    }

    public static object Body(string name, int vcpus = 4, int? seconds = null, string pool = "default") => new
    {
        name, pool, spec = new
        {
            vcpus, memoryMiB = 64, diskGiB = 1, desiredState = "STOPPED",
            placement = new { onNoCapacity = "QUEUE", queueDeadlineSeconds = seconds },
        },
    };

    public Task<JsonElement> NowAsync(JsonElement operation) => GetAsync(PathOf(operation));

    /// <summary>The operation when it is done.</summary>
    public async Task<JsonElement> EndAsync(JsonElement operation) =>
        await ReadAsync(200, await SendAsync(HttpMethod.Get, PathOf(operation), null, ("Prefer", "wait=60")));

    public async Task DeleteVmAsync(string name) =>
        Ended("SUCCEEDED", await ReadAsync(200, await SendAsync(HttpMethod.Delete, $"/v1/vms/{name}", null, ("Prefer", "wait=60"))));

    public static string PathOf(JsonElement operation) => $"/v1/operations/{operation.GetProperty("id").GetString()}";

    public static void Ended(string state, JsonElement operation) =>
        Assert.True(state == operation.GetProperty("state").GetString(), operation.ToString());

    public static (int Position, int OfProject) PlaceOf(JsonElement operation)
    {
        var queue = operation.GetProperty("queue");
        return (queue.GetProperty("position").GetInt32(), queue.GetProperty("ofProject").GetInt32());
    }

    private async Task<bool> IsNewAsync() => (await GetAsync("/v1/hosts")).GetProperty("items").GetArrayLength() == 0;
}
