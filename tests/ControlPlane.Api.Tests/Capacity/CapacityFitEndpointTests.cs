using System.Text.Json;
using ControlPlane.Api.Tests.Vms;

namespace ControlPlane.Api.Tests.Capacity;

/// <summary>How many more fit, as a client asks.</summary>
public sealed class CapacityFitEndpointTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task As_many_fit_as_creates_are_accepted_and_asking_changes_nothing()
    {
        await service.AddHostAsync("h1", vcpu: 5);
        await service.AddHostAsync("h2", vcpu: 3);
        var before = await Standing.ReadAsync(service);

        var fit = await FitAsync(new { spec = Spec(2), lose = 0 });

        Assert.Equal(before, await Standing.ReadAsync(service));
        var accepted = 0;
        while ((await service.PostAsync("/v1/vms", new { name = $"vm-{accepted}", spec = Spec(2) })).IsSuccessStatusCode) { accepted++; }
        Assert.Equal((3, accepted), (fit.GetProperty("fits").GetInt32(), 3));
        Assert.Equal(JsonValueKind.Null, fit.GetProperty("withLoss").ValueKind);
        var shape = fit.GetProperty("shapes")[0];
        Assert.Equal("""{"kind":"RESOURCE","resource":"vcpu","pool":null,"check":null}""", shape.GetProperty("limitedBy").GetRawText());
        Assert.Equal("""{"vcpu":2}""", shape.GetProperty("limits").GetRawText());
        Assert.Equal((2, 2, 2), (shape.GetProperty("considered").GetInt32(), shape.GetProperty("matching").GetInt32(), shape.GetProperty("fitting").GetInt32()));
        Assert.Equal("""{"free":8,"stranded":2,"share":0.25}""", fit.GetProperty("stranded").GetProperty("vcpu").GetRawText());
    }

    [Theory]
    [InlineData("""{"vcpus":1,"memoryMiB":64,"placement":{"affinityGroup":"apart"}}""", 3, "group:apart")]
    [InlineData("""{"vcpus":2,"memoryMiB":64,"placement":{"affinityGroup":"together"}}""", 4, "group:together")]
    [InlineData("""{"vcpus":2,"memoryMiB":64,"placement":{"spread":{"over":"ZONE","maxSkew":1}}}""", 7, null)]
    [InlineData("""{"vcpus":2,"memoryMiB":64,"isolation":{"level":"DEDICATED"}}""", 7, "resource:vcpu")]
    [InlineData("""{"vcpus":2,"memoryMiB":64,"isolation":{"level":"PINNED"}}""", 7, null)]
    public async Task What_has_a_rule_is_counted_one_by_one_and_as_many_creates_are_accepted(string spec, int expected, string? limit)
    {
        await service.AddHostAsync("h1", vcpu: 4, zone: "z1");
        await service.AddHostAsync("h2", vcpu: 8, zone: "z2");
        await service.AddHostAsync("h3", vcpu: 2, zone: "z1");
        await service.PostedAsync(201, "/v1/affinity-groups", new { name = "apart", policy = "ANTI_AFFINITY" });
        await service.PostedAsync(201, "/v1/affinity-groups", new { name = "together", policy = "AFFINITY" });
        var before = await Standing.ReadAsync(service);

        var fit = await ServiceFixture.ReadAsync(200, await service.PostAsync("/v1/capacity/fit", $$"""{"spec":{{spec}},"lose":0}"""));

        Assert.Equal(before, await Standing.ReadAsync(service));
        var shape = fit.GetProperty("shapes")[0];
        var accepted = 0;
        while ((await service.PostAsync("/v1/vms", $$"""{"name":"vm-{{accepted}}","spec":{{spec}}}""")).IsSuccessStatusCode) { accepted++; }
        Assert.Equal((expected, expected), (accepted, fit.GetProperty("fits").GetInt32()));
        Assert.Equal((expected, false), (shape.GetProperty("fits").GetInt32(), shape.GetProperty("atLeast").GetBoolean()));
        var by = shape.GetProperty("limitedBy");
        var named = by.GetProperty("check").GetString() ?? $"resource:{by.GetProperty("resource").GetString()}";
        Assert.True(limit is null || limit == named, by.ToString());
    }

    [Fact]
    public async Task One_by_one_it_stops_at_a_thousand_and_minds_the_limits_of_pools()
    {
        await service.AddHostAsync("h1", vcpu: 5_000, memoryMiB: 1_000_000);
        await service.PostedAsync(201, "/v1/affinity-groups", new { name = "together", policy = "AFFINITY" });
        var small = await service.PostedAsync(201, "/v1/pools", new { name = "small", limits = new { vcpu = 5 } });
        object SpecOf(int vcpus) => new { vcpus, memoryMiB = 64, placement = new { affinityGroup = "together" } };

        var many = (await FitAsync(new { spec = SpecOf(1), lose = 0 })).GetProperty("shapes")[0];
        var few = (await FitAsync(new { pool = "small", spec = SpecOf(2), lose = 0 })).GetProperty("shapes")[0];

        Assert.Equal((1000, true), (many.GetProperty("fits").GetInt32(), many.GetProperty("atLeast").GetBoolean()));
        Assert.Equal((2, false), (few.GetProperty("fits").GetInt32(), few.GetProperty("atLeast").GetBoolean()));
        Assert.Equal(small.GetProperty("id").GetString(), few.GetProperty("limitedBy").GetProperty("pool").GetString());
    }

    [Fact]
    public async Task The_limits_of_pools_along_the_chain_count()
    {
        await service.AddHostAsync("h1");
        var outer = await service.PostedAsync(201, "/v1/pools", new { name = "outer", limits = new { vcpu = 5 } });
        await service.PostedAsync(201, "/v1/pools", new { name = "inner", parent = "outer", limits = new { vcpu = 100 } });

        var fit = await FitAsync(new { pool = "inner", spec = Spec(2) });

        Assert.Equal(2, fit.GetProperty("fits").GetInt32());
        var limit = fit.GetProperty("shapes")[0].GetProperty("limitedBy");
        Assert.Equal(("POOL", "vcpu", outer.GetProperty("id").GetString()),
            (limit.GetProperty("kind").GetString(), limit.GetProperty("resource").GetString(), limit.GetProperty("pool").GetString()));
    }

    [Fact]
    public async Task Flavors_are_counted_each_alone_and_in_rounds()
    {
        await service.AddHostAsync("h1", vcpu: 10);
        await service.PostedAsync(201, "/v1/flavors", new { name = "small", vcpus = 1, memoryMiB = 64 });
        await service.PostedAsync(201, "/v1/flavors", new { name = "large", vcpus = 3, memoryMiB = 64 });

        var fit = await FitAsync(new { flavors = new[] { "small", "large" }, shapes = new[] { Spec(2) } });

        Assert.Equal(["small", "large", null], fit.GetProperty("shapes").EnumerateArray().Select(shape => shape.GetProperty("flavor").GetString()));
        Assert.Equal([10, 3, 5], fit.GetProperty("shapes").EnumerateArray().Select(shape => shape.GetProperty("fits").GetInt32()));
        Assert.Equal(1, fit.GetProperty("fits").GetInt32());
        Assert.Equal(0, fit.GetProperty("stranded").GetProperty("vcpu").GetProperty("stranded").GetInt32());
    }

    [Fact]
    public async Task Without_the_largest_host_it_says_whether_its_VMs_find_room()
    {
        await service.AddHostAsync("large", vcpu: 8, zone: "z1");
        await service.AddHostAsync("small", vcpu: 4, zone: "z2");
        await service.CreateVmAsync("a", Spec(2, "z1"));

        var bound = (await FitAsync(new { spec = Spec(1) })).GetProperty("withLoss");
        var host = (await FitAsync(new { spec = Spec(1), lose = 1 })).GetProperty("withLoss").GetProperty("hosts")[0];
        var none = (await FitAsync(new { spec = Spec(1), lose = 2 })).GetProperty("withLoss");

        Assert.Equal("large", host.GetProperty("name").GetString());
        Assert.Equal((4, 1, false, 1, 0), (bound.GetProperty("fits").GetInt32(), bound.GetProperty("vms").GetInt32(), bound.GetProperty("evacuable").GetBoolean(),
            bound.GetProperty("unplaced").GetInt32(), bound.GetProperty("fitsAfterEvacuation").GetInt32()));
        Assert.Equal((2, 0), (none.GetProperty("hosts").GetArrayLength(), none.GetProperty("fits").GetInt32()));
    }

    [Fact]
    public async Task VMs_that_may_go_anywhere_are_counted_as_evacuated()
    {
        await service.AddHostAsync("large", vcpu: 8);
        await service.AddHostAsync("small", vcpu: 4);
        await service.CreateVmAsync("a", Spec(2, null, "WORST_FIT"));

        var loss = (await FitAsync(new { spec = Spec(1) })).GetProperty("withLoss");

        Assert.Equal("large", loss.GetProperty("hosts")[0].GetProperty("name").GetString());
        Assert.Equal((true, 4, 2), (loss.GetProperty("evacuable").GetBoolean(), loss.GetProperty("fits").GetInt32(), loss.GetProperty("fitsAfterEvacuation").GetInt32()));
    }

    [Fact]
    public async Task No_host_at_all_and_none_of_the_kind_fit_nothing_and_say_so()
    {
        var empty = await FitAsync(new { spec = Spec(1) });
        await service.AddHostAsync("h1", zone: "z1");
        var elsewhere = await FitAsync(new { spec = Spec(1, "z9") });

        Assert.Equal((0, 0), (empty.GetProperty("fits").GetInt32(), elsewhere.GetProperty("fits").GetInt32()));
        Assert.Equal("""{"kind":"CHECK","resource":null,"pool":null,"check":null}""", empty.GetProperty("shapes")[0].GetProperty("limitedBy").GetRawText());
        Assert.Equal("""{"kind":"CHECK","resource":null,"pool":null,"check":"zone"}""", elsewhere.GetProperty("shapes")[0].GetProperty("limitedBy").GetRawText());
        Assert.Equal(JsonValueKind.Null, elsewhere.GetProperty("withLoss").ValueKind);
    }

    [Theory]
    [InlineData("""{}""", "spec")]
    [InlineData("""{"spec":{"vcpus":0,"memoryMiB":64}}""", "spec.vcpus")]
    [InlineData("""{"shapes":[{"vcpus":1,"memoryMiB":64},{"vcpus":1}]}""", "shapes[1].memoryMiB")]
    [InlineData("""{"spec":{"vcpus":1,"memoryMiB":64},"lose":17}""", "lose")]
    [InlineData("""{"spec":{"vcpus":1,"memoryMiB":64},"lose":-1}""", "lose")]
    [InlineData("""{"spec":{"vcpus":1,"memoryMiB":64},"colour":"red"}""", "colour")]
    [InlineData("""{"spec":{"vcpus":1,"memoryMiB":64,"isolation":{"level":"PINNED"}}}""", "spec")]
    public async Task Bad_input_is_refused_at_its_field(string body, string field)
    {
        await service.AddHostAsync("h1");

        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/capacity/fit", body));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task Too_many_shapes_are_refused_and_what_is_not_there_is_not_found()
    {
        await service.AddHostAsync("h1");
        var many = new { flavors = Enumerable.Repeat("small", 33) };

        await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/capacity/fit", many));
        await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/capacity/fit",
            """{"lose":0,"shapes":[{"vcpus":1,"memoryMiB":64},{"vcpus":1,"memoryMiB":64,"isolation":{"level":"DEDICATED"}}]}"""));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.PostAsync("/v1/capacity/fit", new { flavors = new[] { "huge" } }));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.PostAsync("/v1/capacity/fit", new { pool = "nowhere", spec = Spec(1) }));
        await ServiceFixture.RefusedAsync(404, "unknown-resource-class", await service.PostAsync("/v1/capacity/fit",
            new { spec = new { vcpus = 1, memoryMiB = 64, extraResources = new { unicorn = 1 } } }));
    }

    private Task<JsonElement> FitAsync(object body) => service.PostedAsync(200, "/v1/capacity/fit", body);

    private static object Spec(int vcpus, string? zone = null, string? algorithm = null) => new
    {
        vcpus, memoryMiB = 64, placement = new { zone, algorithm },
    };
}
