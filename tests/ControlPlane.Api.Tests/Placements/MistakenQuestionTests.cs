namespace ControlPlane.Api.Tests.Placements;

/// <summary>Words that no host has and constraints that contradict each other are named, whatever the fleet has room for.</summary>
public sealed class MistakenQuestionTests(MistakenQuestionTests.Fleet service) : IClassFixture<MistakenQuestionTests.Fleet>
{
    /// <summary>A host in each of two zones and racks, a pool for zone z1, and a group that is on the first.</summary>
    public sealed class Fleet : ServiceFixture
    {
        public override async Task InitializeAsync()
        {
            await base.InitializeAsync();
            var capacity = new { vcpu = 8, memoryMiB = 8192, diskGiB = 100, gpu = 1 };
            await PostedAsync(201, "/v1/hosts", new
            {
                name = "h1", driver = "SIMULATED", zone = "z1", labels = new { rack = "r1" }, traits = new[] { "avx512" }, capacity,
            });
            await PostedAsync(201, "/v1/hosts", new
            {
                name = "h2", driver = "SIMULATED", zone = "z2", labels = new { rack = "r2" }, traits = new[] { "tpm" }, capacity,
            });
            await PostedAsync(201, "/v1/pools", new { name = "first", hostSelector = new { zone = "z1", labels = new { rack = "r1" } } });
            await PostedAsync(201, "/v1/pools", new { name = "inner", parent = "first", hostSelector = new { zone = "z2" } });
            await PostedAsync(201, "/v1/affinity-groups", new { name = "db", policy = "AFFINITY", scope = "ZONE" });
            var placement = new { affinityGroup = "db", zone = "z1" };
            var made = await CreateVmAsync("db-1", new { vcpus = 1, memoryMiB = 64, placement });
            Assert.Equal("SUCCEEDED", made.GetProperty("state").GetString());
        }
    }

    [Theory]
    [InlineData("""{"zone":"z3"}""", "zone", "known are z1, z2")]
    [InlineData("""{"hostLabels":{"rack":"r9"}}""", "hostLabels.rack", "known are r1, r2")]
    [InlineData("""{"hostLabels":{"rak":"r1"}}""", "hostLabels", "known are rack")]
    [InlineData("""{"requiredTraits":["tpn"]}""", "requiredTraits", "known are tpm, avx512")]
    [InlineData("""{"spread":{"over":"label:rak"}}""", "spread.over", "known are label:rack")]
    [InlineData("""{"algorithm":"BEST"}""", "algorithm", "BEST_FIT")]
    [InlineData("""{"spread":{"over":"RACK"}}""", "spread.over", "ZONE")]
    [InlineData("""{"spread":{"over":"HOST"}}""", "spread.over", "ANTI_AFFINITY")]
    [InlineData("""{"spread":{"over":"ZONE","maxSkew":0}}""", "spread.maxSkew", "1")]
    [InlineData("""{"spread":{"over":"ZONE","mode":"FIRM"}}""", "spread.mode", "SOFT")]
    public async Task A_word_that_is_not_known_is_answered_with_those_that_are(string placement, string member, string known)
    {
        foreach (var answer in await AskAsync(placement))
        {
            var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", answer);
            var fault = problem.GetProperty("errors").GetProperty($"spec.placement.{member}")[0].GetString();
            Assert.Contains(known, fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("default", """{"requiredTraits":["tpm"],"forbiddenTraits":["tpm"]}""", "requiredTraits: tpm", "forbiddenTraits: tpm")]
    [InlineData("first", """{"zone":"z2"}""", "zone: z2", "the pool's hostSelector.zone: z1")]
    [InlineData("first", """{"hostLabels":{"rack":"r2"}}""", "hostLabels: rack=r2", "the pool's hostSelector.labels: rack=r1")]
    [InlineData("inner", "{}", "the pool's hostSelector.zone: z2", "the pool's hostSelector.zone: z1")]
    [InlineData("default", """{"zone":"z1","spread":{"over":"ZONE"}}""", "spread: ZONE HARD", "zone: z1")]
    [InlineData("first", """{"spread":{"over":"label:rack"}}""", "spread: label:rack HARD", "the pool's hostSelector.labels: rack=r1")]
    [InlineData("default", """{"affinityGroup":"db","spread":{"over":"ZONE"}}""", "AFFINITY HARD over ZONE", "spread: ZONE HARD")]
    [InlineData("default", """{"affinityGroup":"db","zone":"z2"}""", "affinityGroup: db, whose VMs are in ZONE z1", "zone: z2")]
    [InlineData("default", """{"affinityGroup":"db","requiredTraits":["tpm"]}""", "affinityGroup: db", "requiredTraits: tpm")]
    public async Task Constraints_that_contradict_each_other_are_named(string pool, string placement, string one, string other)
    {
        foreach (var answer in await AskAsync(placement, pool))
        {
            var problem = await ServiceFixture.RefusedAsync(422, "contradictory-constraints", answer);
            Assert.Contains(one, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Contains(other, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"zone":"z1","requiredTraits":["tpm"]}""")]
    [InlineData("""{"hostLabels":{"rack":"r2"},"requiredTraits":["avx512"]}""")]
    [InlineData("""{"forbiddenTraits":["avx512","tpm"]}""")]
    public async Task What_no_host_could_ever_satisfy_is_told_with_the_nearest_host_and_what_it_lacks(string placement)
    {
        var refused = (await AskAsync(placement))[0];
        var problem = await ServiceFixture.RefusedAsync(422, "exceeds-every-host", refused);
        var nearest = problem.GetProperty("placement").GetProperty("nearest");
        Assert.Single(nearest.GetProperty("lacks").EnumerateArray(), lack => lack.GetProperty("verdict").GetString() == "MISMATCH");
        Assert.Contains(nearest.GetProperty("name").GetString()!, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"zone":"z3"}""", 400, "validation-failed")]
    [InlineData("""{"requiredTraits":["tpm"],"forbiddenTraits":["tpm"]}""", 422, "contradictory-constraints")]
    [InlineData("""{"zone":"z1","requiredTraits":["tpm"]}""", 422, "exceeds-every-host")]
    [InlineData("""{"affinityGroup":"db"}""", 400, "validation-failed")]
    [InlineData("""{"spread":{"over":"ZONE"}}""", 400, "validation-failed")]
    public async Task Room_that_is_not_a_VMs_is_asked_for_by_the_same_rules(string placement, int status, string code)
    {
        var body = $$"""{"owner":"ci","resources":{"vcpu":1},"placement":{{placement}}}""";
        var problem = await ServiceFixture.RefusedAsync(status, code, await service.PostAsync("/v1/pools/default/allocations", body));
        if (status == 400) { Assert.Contains("placement.", problem.GetProperty("errors").ToString(), StringComparison.Ordinal); }
    }

    [Fact]
    public async Task A_class_that_is_not_known_is_answered_with_those_that_are()
    {
        var spec = new { vcpus = 1, memoryMiB = 64, extraResources = new { gpv = 1 } };
        var problem = await ServiceFixture.RefusedAsync(
            404, "unknown-resource-class", await service.PostAsync("/v1/vms", new { name = "new", spec }));
        Assert.Equal("No host has the resource class 'gpv'; known are gpu, vcpu, diskGiB, memoryMiB.", problem.GetProperty("detail").GetString());
    }

    private async Task<HttpResponseMessage[]> AskAsync(string placement, string pool = "default")
    {
        var spec = $$"""{"vcpus":1,"memoryMiB":64,"placement":{{placement}}}""";
        return
        [
            await service.PostAsync("/v1/vms", $$"""{"name":"new","pool":"{{pool}}","spec":{{spec}}}"""),
            await service.PostAsync("/v1/placements/explain", $$"""{"pool":"{{pool}}","spec":{{spec}}}"""),
        ];
    }
}
