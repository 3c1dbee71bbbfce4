using System.Net;
using System.Text.Json;

namespace ControlPlane.Api.Tests.AffinityGroups;

/// <summary>Affinity groups as a resource.</summary>
public sealed class AffinityGroupTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_group_is_made_read_changed_and_removed()
    {
        var made = await service.PostedAsync(201, "/v1/affinity-groups", new { name = "web", policy = "ANTI_AFFINITY", labels = new { team = "a" } });
        Assert.StartsWith("grp_", made.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(("HARD", "HOST"), (made.GetProperty("strictness").GetString(), made.GetProperty("scope").GetString()));

        var read = await service.GetAsync($"/v1/affinity-groups/{made.GetProperty("id").GetString()}");
        Assert.Equal(made.GetRawText(), read.GetRawText());
        var patch = new { strictness = "SOFT", scope = "label:rack" };
        var stale = await service.SendAsync(HttpMethod.Patch, "/v1/affinity-groups/web", patch, ("If-Match", "\"7\""));
        await ServiceFixture.RefusedAsync(412, "etag-mismatch", stale);
        var changed = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/affinity-groups/web", patch));
        Assert.Equal(("SOFT", "label:rack", "ANTI_AFFINITY"), (changed.GetProperty("strictness").GetString(),
            changed.GetProperty("scope").GetString(), changed.GetProperty("policy").GetString()));
        Assert.NotEqual(made.GetProperty("etag").GetString(), changed.GetProperty("etag").GetString());

        await service.PostedAsync(200, "/v1/affinity-groups?validateOnly=true", new { name = "db", policy = "AFFINITY" });
        Assert.Single((await service.GetAsync("/v1/affinity-groups")).GetProperty("items").EnumerateArray());
        Assert.Empty((await service.GetAsync("/v1/affinity-groups?filter=policy%20%3D%20AFFINITY")).GetProperty("items").EnumerateArray());
        using var removed = await service.SendAsync(HttpMethod.Delete, "/v1/affinity-groups/web");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync("/v1/affinity-groups/web"));
    }

    [Theory]
    [InlineData("""{"name":"web"}""", "policy")]
    [InlineData("""{"name":"web","policy":"APART"}""", "policy")]
    [InlineData("""{"name":"web","policy":"AFFINITY","strictness":"FIRM"}""", "strictness")]
    [InlineData("""{"name":"web","policy":"AFFINITY","scope":"RACK"}""", "scope")]
    [InlineData("""{"name":"web","policy":"AFFINITY","scope":"label:"}""", "scope")]
    [InlineData("""{"name":"web","policy":"AFFINITY","scope":"label:a b"}""", "scope")]
    [InlineData("""{"name":"Web","policy":"AFFINITY"}""", "name")]
    public async Task A_group_that_makes_no_sense_is_refused(string body, string member)
    {
        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/affinity-groups", body));
        Assert.True(problem.GetProperty("errors").TryGetProperty(member, out _), problem.ToString());
    }

    [Fact]
    public async Task A_group_with_VMs_in_it_stays_and_says_how_many_there_are()
    {
        await service.AddHostAsync("h1");
        var group = (await service.PostedAsync(201, "/v1/affinity-groups", new { name = "web", policy = "AFFINITY" })).GetProperty("id").GetString();
        await CreateAsync("one", "web");
        await CreateAsync("two", group!);

        var vms = await service.GetAsync($"/v1/vms?filter=affinityGroup%20%3D%20{group}");
        Assert.Equal(2, vms.GetProperty("items").GetArrayLength());
        Assert.Equal(group, vms.GetProperty("items")[0].GetProperty("spec").GetProperty("placement").GetProperty("affinityGroup").GetString());
        var kept = await ServiceFixture.RefusedAsync(409, "invalid-state", await service.SendAsync(HttpMethod.Delete, "/v1/affinity-groups/web"));
        Assert.Contains("2 VMs", kept.GetProperty("detail").GetString(), StringComparison.Ordinal);

        foreach (var name in new[] { "one", "two" })
        {
            await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Delete, $"/v1/vms/{name}", null, ("Prefer", "wait=60")));
        }
        using var removed = await service.SendAsync(HttpMethod.Delete, "/v1/affinity-groups/web");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Fact]
    public async Task A_group_that_is_not_known_is_named_with_those_that_are_the_likeliest_first()
    {
        await service.AddHostAsync("h1");
        foreach (var name in new[] { "database", "cache", "web" })
        {
            await service.PostedAsync(201, "/v1/affinity-groups", new { name, policy = "AFFINITY" });
        }
        var spec = new { vcpus = 1, memoryMiB = 64, placement = new { affinityGroup = "wbe" } };

        foreach (var answer in new[]
        {
            await service.PostAsync("/v1/vms", new { name = "one", spec }), await service.PostAsync("/v1/placements/explain", new { spec }),
        })
        {
            var problem = await ServiceFixture.RefusedAsync(404, "not-found", answer);
            Assert.Equal("There is no affinity group 'wbe'; known are web, cache, database.", problem.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task A_change_of_a_group_is_an_event()
    {
        await service.PostedAsync(201, "/v1/affinity-groups", new { name = "web", policy = "AFFINITY" });
        using var answer = await service.Client.GetAsync("/v1/events?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains("AFFINITY_GROUP", StringComparison.Ordinal)) { return; }
        }
        Assert.Fail("no event of the group came");
    }

    private async Task<JsonElement> CreateAsync(string name, string affinityGroup)
    {
        var done = await service.CreateVmAsync(name, new { vcpus = 1, memoryMiB = 64, placement = new { affinityGroup } });
        Assert.Equal("SUCCEEDED", done.GetProperty("state").GetString());
        return done;
    }
}
