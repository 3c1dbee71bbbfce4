using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.AffinityGroups;

/// <summary>VMs together, apart, spread and alone, as clients ask for it at once.</summary>
public sealed class WhoIsWhereTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Theory]
    [InlineData("HOST", "host", 6)]
    [InlineData("ZONE", "zone", 3)]
    [InlineData("label:rack", "rack", 2)]
    public async Task Of_creates_at_once_in_a_group_that_is_apart_no_two_come_into_one_domain(string scope, string domain, int domains)
    {
        await SixHostsAsync();
        await GroupAsync("web", "ANTI_AFFINITY", scope);

        var hosts = await CreateManyAsync(16, new { affinityGroup = "web" });

        Assert.Equal(domains, hosts.Count);
        Assert.Equal(domains, hosts.Select(host => DomainOf(host, domain)).Distinct().Count());
        await Ledgers.AgreeAsync(service);
    }

    [Theory]
    [InlineData("HOST", "host")]
    [InlineData("ZONE", "zone")]
    public async Task Of_creates_at_once_in_a_group_that_is_together_all_come_into_one_domain(string scope, string domain)
    {
        await SixHostsAsync();
        await GroupAsync("web", "AFFINITY", scope);

        var hosts = await CreateManyAsync(12, new { affinityGroup = "web", algorithm = "RANDOM" });

        Assert.NotEmpty(hosts);
        Assert.Single(hosts.Select(host => DomainOf(host, domain)).Distinct());
    }

    [Fact]
    public async Task Creates_at_once_that_are_spread_leave_no_domain_more_than_one_behind()
    {
        await SixHostsAsync();

        var hosts = await CreateManyAsync(11, new { spread = new { over = "ZONE" }, algorithm = "RANDOM" });

        Assert.Equal(11, hosts.Count);
        Assert.Equal([3, 4, 4], hosts.CountBy(host => DomainOf(host, "zone")).Select(count => count.Value).Order());
    }

    [Fact]
    public async Task Hard_rules_are_kept_after_a_restart_and_free_again_after_a_delete()
    {
        await service.AddHostAsync("h1");
        await GroupAsync("web", "ANTI_AFFINITY", "HOST");
        var web = new { affinityGroup = "web" };
        Assert.Single(await CreateManyAsync(1, web));

        await service.RestartAsync();
        var refused = await service.PostAsync("/v1/vms", new { name = "second", spec = Spec(web) });
        var problem = await ServiceFixture.RefusedAsync(409, "insufficient-capacity", refused);
        var lack = Assert.Single(problem.GetProperty("placement").GetProperty("nearest").GetProperty("lacks").EnumerateArray());
        Assert.Equal(("group:web", "no VM of it on the host", "1 of 1 VM", "NOT_NOW"), (lack.GetProperty("name").GetString(),
            lack.GetProperty("need").GetString(), lack.GetProperty("have").GetString(), lack.GetProperty("verdict").GetString()));
        Assert.Equal(1, problem.GetProperty("placement").GetProperty("refusals").GetProperty("group:web").GetInt32());

        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Delete, "/v1/vms/vm-0", null, ("Prefer", "wait=60")));
        await service.CreateVmAsync("second", Spec(web));
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/affinity-groups/web", new { strictness = "SOFT" }));
        var third = await service.CreateVmAsync("third", Spec(web));
        Assert.Equal("SUCCEEDED", third.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_kept_record_shows_the_rules_as_they_were()
    {
        await SixHostsAsync();
        await GroupAsync("web", "ANTI_AFFINITY", "ZONE");
        await service.CreateVmAsync("first", Spec(new { affinityGroup = "web" }));
        await service.CreateVmAsync("second", Spec(new { affinityGroup = "web", spread = new { over = "label:rack", mode = "SOFT" } }));
        await service.CreateVmAsync("third", Spec(new { affinityGroup = "web" }));

        var vm = await service.GetAsync("/v1/vms/second");
        var placement = await service.GetAsync($"/v1/placements/{vm.GetProperty("placement").GetString()}");

        Assert.Equal(2, placement.GetProperty("refusals").GetProperty("group:web").GetInt32());
        Assert.Equal(vm.GetProperty("status").GetProperty("host").GetString(), placement.GetProperty("chosen").GetString());
        Assert.All(placement.GetProperty("hosts").EnumerateArray(), host => Assert.Contains(
            host.GetProperty("checks").EnumerateArray(), check => check.GetProperty("name").GetString() == "spread:label:rack"));
    }

    [Fact]
    public async Task A_dedicated_VM_and_others_keep_away_from_each_other()
    {
        await service.AddHostAsync("h1");
        await service.AddHostAsync("h2");
        var packed = new { algorithm = "BEST_FIT" };
        var dedicated = new { vcpus = 1, memoryMiB = 64, isolation = new { level = "DEDICATED" }, placement = packed };

        await service.CreateVmAsync("alone", dedicated);
        await service.CreateVmAsync("beside", dedicated);
        await service.CreateVmAsync("plain", new { vcpus = 1, memoryMiB = 64, placement = packed });

        var hosts = new Dictionary<string, string>();
        foreach (var name in new[] { "alone", "beside", "plain" })
        {
            hosts[name] = (await service.GetAsync($"/v1/vms/{name}")).GetProperty("status").GetProperty("host").GetString()!;
        }
        Assert.NotEqual(hosts["plain"], hosts["alone"]);
        Assert.Equal(hosts["alone"], hosts["beside"]);
        var status = (await service.GetAsync("/v1/vms/alone")).GetProperty("status").GetProperty("isolation");
        Assert.Equal("DEDICATED", status.GetProperty("level").GetString());
        Assert.DoesNotContain(status.GetProperty("controls").EnumerateArray(), control => control.GetString() == "dedicatedHost");
        var change = await service.SendAsync(HttpMethod.Patch, "/v1/vms/plain", new { spec = new { isolation = new { level = "DEDICATED" } } });
        await ServiceFixture.RefusedAsync(400, "validation-failed", change);
        await service.PostedAsync(200, $"/v1/hosts/{hosts["plain"]}/cordon");
        var problem = await ServiceFixture.RefusedAsync(
            409, "insufficient-capacity", await service.PostAsync("/v1/vms", new { name = "other", spec = new { vcpus = 1, memoryMiB = 64 } }));
        Assert.Equal(1, problem.GetProperty("placement").GetProperty("refusals").GetProperty("dedicated").GetInt32());
    }

    // Two in each of three zones, three in each of two racks.
    private async Task SixHostsAsync()
    {
        for (var i = 0; i < 6; i++)
        {
            await service.PostedAsync(201, "/v1/hosts", new
            {
                name = $"h{i}", driver = "SIMULATED", zone = $"z{i % 3}", labels = new { rack = $"r{i % 2}" },
                capacity = new { vcpu = 64, memoryMiB = 65_536, diskGiB = 100 },
            });
        }
    }

    private Task<JsonElement> GroupAsync(string name, string policy, string scope) =>
        service.PostedAsync(201, "/v1/affinity-groups", new { name, policy, scope });

    private static object Spec(object placement) => new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement };

    // The hosts of those that were made; the others were refused for now.
    private async Task<List<JsonElement>> CreateManyAsync(int count, object placement)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            service.PostAsync("/v1/vms", new { name = $"vm-{i}", spec = Spec(placement) }, ("Prefer", "wait=60"))));
        foreach (var answer in answers.Where(answer => !answer.IsSuccessStatusCode))
        {
            await ServiceFixture.RefusedAsync(409, "insufficient-capacity", answer);
        }
        var hosts = new List<JsonElement>();
        foreach (var vm in (await service.GetAsync("/v1/vms?pageSize=1000")).GetProperty("items").EnumerateArray())
        {
            hosts.Add(await service.GetAsync($"/v1/hosts/{vm.GetProperty("status").GetProperty("host").GetString()}"));
        }
        Assert.Equal(answers.Count(answer => answer.IsSuccessStatusCode), hosts.Count);
        return hosts;
    }

    private static string DomainOf(JsonElement host, string domain) => domain switch
    {
        "host" => host.GetProperty("id").GetString()!,
        "zone" => host.GetProperty("zone").GetString()!,
        _ => host.GetProperty("labels").GetProperty(domain).GetString()!,
    };
}
