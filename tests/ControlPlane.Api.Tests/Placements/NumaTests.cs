using System.Text.Json;
using ControlPlane.Api.Tests.Vms;

namespace ControlPlane.Api.Tests.Placements;

/// <summary>VMs that ask for NUMA nodes, for cores of their own, or for a CPU.</summary>
public abstract class NumaTests(ServiceFixture service) : IAsyncLifetime
{
    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task A_vm_within_one_node_is_charged_to_it_and_gives_it_back_with_its_end()
    {
        await TwoNodesAsync();

        await service.CreateVmAsync("first", Spec(6, 6144, nodes: 1));
        await service.CreateVmAsync("second", Spec(6, 6144, nodes: 1));

        Assert.Equal("0", await SeatAsync("first"));
        Assert.Equal("1", await SeatAsync("second"));
        Assert.Equal([(6, 0, 6144), (6, 0, 6144)], await NodesAsync());
        // Four vCPUs are left, in two pieces.
        var refused = await RefusedAsync(409, "insufficient-capacity", "third", Spec(4, 1024, nodes: 1));
        Assert.Contains("1 by numa", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await service.CreateVmAsync("floats", Spec(4, 1024));
        Assert.Empty(await SeatAsync("floats"));
        await DeleteAsync("first");
        Assert.Equal([(0, 0, 0), (6, 0, 6144)], await NodesAsync());
        Assert.Equal(10, await UsedAsync());
    }

    [SkippableFact]
    public async Task Half_of_it_lies_in_each_of_two_nodes_rounded_up()
    {
        await TwoNodesAsync();

        await service.CreateVmAsync("wide", Spec(9, 8001, nodes: 2));

        Assert.Equal("0,1", await SeatAsync("wide"));
        Assert.Equal([(5, 0, 4001), (5, 0, 4001)], await NodesAsync());
        Assert.Equal(9, await UsedAsync());
        await DeleteAsync("wide");
        Assert.Equal([(0, 0, 0), (0, 0, 0)], await NodesAsync());
    }

    [SkippableFact]
    public async Task More_than_a_node_could_ever_hold_is_said_to_be_so()
    {
        await TwoNodesAsync();

        await RefusedAsync(422, "exceeds-every-host", "large", Spec(9, 1024, nodes: 1));
    }

    [SkippableFact]
    public async Task Pinned_vcpus_take_whole_cores_from_those_that_are_shared_and_no_floating_vm_gets_them()
    {
        await TwoNodesAsync(overcommit: 4);
        await service.CreateVmAsync("floats", Spec(20, 1024));

        await service.CreateVmAsync("pinned", Spec(8, 1024, pinned: true));

        // 16 cores, 8 of them pinned, 5 needed by 20 vCPUs that float.
        Assert.Equal("0", await SeatAsync("pinned"));
        Assert.Equal([(8, 8, 1024), (0, 0, 0)], await NodesAsync());
        Assert.Equal(28, await UsedAsync());
        var refused = await RefusedAsync(409, "insufficient-capacity", "four", Spec(4, 1024, pinned: true));
        Assert.Contains("cores needs 4 free, has 3 free of 16", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await RefusedAsync(409, "insufficient-capacity", "thirteen", Spec(13, 1024));
        await service.CreateVmAsync("twelve", Spec(12, 1024));
        await RefusedAsync(409, "insufficient-capacity", "one", Spec(1, 1024));
        await DeleteAsync("pinned");
        await service.CreateVmAsync("thirty-two", Spec(32, 1024));
        Assert.Equal(64, await UsedAsync());
    }

    [SkippableFact]
    public async Task A_pinned_vm_grows_in_its_node_and_no_further()
    {
        await TwoNodesAsync(overcommit: 4);
        await service.CreateVmAsync("pinned", Spec(4, 1024, pinned: true, desiredState: "STOPPED"));
        await service.CreateVmAsync("neighbour", Spec(2, 1024, pinned: true, nodes: 1));

        await PatchAsync(200, new { spec = new { vcpus = 6 } });

        Assert.Equal([(8, 8, 2048), (0, 0, 0)], await NodesAsync());
        await PatchAsync(409, new { spec = new { vcpus = 7 } });
        await PatchAsync(400, new { spec = new { isolation = new { level = "SHARED" } } });
        Assert.Equal([(8, 8, 2048), (0, 0, 0)], await NodesAsync());
    }

    [SkippableFact]
    public async Task Only_a_host_whose_cpu_has_the_features_is_taken()
    {
        await TwoNodesAsync();
        var capacity = new { vcpu = 4, memoryMiB = 4096, diskGiB = 100 };
        await service.PostedAsync(201, "/v1/hosts", new
        {
            name = "new", driver = "SIMULATED", capacity, cpu = new { model = "EPYC", features = new[] { "sse4_2", "avx512f" } },
        });
        var spec = new { vcpus = 1, memoryMiB = 256, diskGiB = 1, placement = new { cpuFeatures = new[] { "avx512f" } } };

        await service.CreateVmAsync("modern", spec);

        var host = await service.GetAsync("/v1/hosts/new");
        var vm = await service.GetAsync("/v1/vms/modern");
        Assert.Equal(host.GetProperty("id").GetString(), vm.GetProperty("status").GetProperty("host").GetString());
        Assert.Equal("avx512f", vm.GetProperty("spec").GetProperty("placement").GetProperty("cpuFeatures")[0].GetString());
        Assert.Equal("EPYC", host.GetProperty("cpu").GetProperty("model").GetString());
        var words = await service.PostedAsync(200, "/v1/placements/explain", new { spec });
        Assert.Contains(words.GetProperty("hosts").EnumerateArray(), each => each.GetProperty("checks").EnumerateArray().Any(check =>
            check.GetProperty("name").GetString() == "cpu-features" && check.GetProperty("have").GetString() == "none"));
    }

    [SkippableTheory]
    [InlineData("""[{"vcpu":9,"memoryMiB":1024},{"vcpu":8,"memoryMiB":1024}]""", "numaNodes")]
    [InlineData("""[{"vcpu":8,"memoryMiB":16384},{"vcpu":8,"memoryMiB":1}]""", "numaNodes")]
    [InlineData("""[{"vcpu":0,"memoryMiB":1024}]""", "numaNodes[0].vcpu")]
    [InlineData("""[{"vcpu":1,"memoryMiB":-1}]""", "numaNodes[0].memoryMiB")]
    [InlineData("""[{"vcpu":9223372036854775807,"memoryMiB":1},{"vcpu":9223372036854775807,"memoryMiB":1}]""", "numaNodes")]
    public async Task Nodes_that_are_more_than_their_host_are_refused(string nodes, string field)
    {
        var body = $$"""{"name":"h","driver":"SIMULATED","capacity":{"vcpu":16,"memoryMiB":16384,"diskGiB":100},"numaNodes":{{nodes}}}""";

        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/hosts", body));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    private Task TwoNodesAsync(double overcommit = 1) => service.PostedAsync(201, "/v1/hosts", new
    {
        name = "h", driver = "SIMULATED", capacity = new { vcpu = new { total = 16, overcommit }, memoryMiB = 16_384, diskGiB = 100 },
        numaNodes = new[] { new { vcpu = 8, memoryMiB = 8192 }, new { vcpu = 8, memoryMiB = 8192 } },
    });

    private static object Spec(int vcpus, long memoryMiB, int? nodes = null, bool pinned = false, string desiredState = "RUNNING") => new
    {
        vcpus, memoryMiB, diskGiB = 1, placement = new { numa = nodes is { } count ? new { nodes = count } : null }, desiredState,
        isolation = new { level = pinned ? "PINNED" : "SHARED" },
    };

    private async Task<JsonElement> RefusedAsync(int status, string code, string name, object spec)
    {
        var before = await Standing.ReadAsync(service);
        var problem = await ServiceFixture.RefusedAsync(status, code, await service.PostAsync("/v1/vms", new { name, spec }));
        Assert.Equal(before, await Standing.ReadAsync(service));
        return problem;
    }

    private async Task<string> SeatAsync(string vm) => string.Join(',', (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status")
        .GetProperty("numaNodes").EnumerateArray().Select(node => node.GetInt32()));

    private async Task<List<(int, int, int)>> NodesAsync() => [.. (await service.GetAsync("/v1/hosts/h")).GetProperty("numaNodes").EnumerateArray()
        .Select(node => (node.GetProperty("vcpuUsed").GetInt32(), node.GetProperty("pinnedCores").GetInt32(),
            node.GetProperty("memoryMiBUsed").GetInt32()))];

    private async Task<int> UsedAsync() => (await service.GetAsync("/v1/hosts/h")).GetProperty("capacity").GetProperty("vcpu")
        .GetProperty("used").GetInt32();

    private async Task DeleteAsync(string vm) => await ServiceFixture.ReadAsync(
        200, await service.SendAsync(HttpMethod.Delete, $"/v1/vms/{vm}", null, ("Prefer", "wait=60")));

    private async Task PatchAsync(int status, object patch) => await ServiceFixture.ReadAsync(
        status, await service.SendAsync(HttpMethod.Patch, "/v1/vms/pinned", patch, ("Prefer", "wait=60")));
}
