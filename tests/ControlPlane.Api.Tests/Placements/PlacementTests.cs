using System.Text.Json;
using ControlPlane.Api.Tests.Operations;
using ControlPlane.Api.Tests.Vms;

namespace ControlPlane.Api.Tests.Placements;

/// <summary>Where a VM goes, why, and how it is kept.</summary>
public abstract class PlacementTests(ServiceFixture service) : IAsyncLifetime
{
    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableTheory]
    [InlineData("FIRST_FIT")]
    [InlineData("BEST_FIT")]
    [InlineData("WORST_FIT")]
    [InlineData("BALANCED")]
    [InlineData("RANDOM")]
    public async Task What_is_explained_writes_nothing_and_is_what_create_then_does(string algorithm)
    {
        await UnevenFleetAsync();
        var spec = new { vcpus = 2, memoryMiB = 1024, diskGiB = 2, placement = new { algorithm } };
        var before = await Standing.ReadAsync(service);

        var explained = await service.PostedAsync(200, "/v1/placements/explain", new { spec });

        Assert.Equal(before, await Standing.ReadAsync(service));
        Assert.Equal(JsonValueKind.Null, explained.GetProperty("id").ValueKind);
        Assert.Equal(algorithm, explained.GetProperty("algorithm").GetString());
        var operation = await service.CreateVmAsync("web-1", spec);
        var kept = await service.GetAsync($"/v1/placements/{operation.GetProperty("placement").GetString()}");
        var vm = await service.GetAsync("/v1/vms/web-1");
        Assert.Equal(kept.GetProperty("chosen").GetString(), vm.GetProperty("status").GetProperty("host").GetString());
        Assert.Equal(kept.GetProperty("id").GetString(), vm.GetProperty("placement").GetString());
        Assert.Equal(operation.GetProperty("target").GetString(), kept.GetProperty("target").GetString());
        if (algorithm == "RANDOM")
        {
            Assert.Equal(Checks(explained), Checks(kept));
            Assert.Contains(kept.GetProperty("hosts").EnumerateArray(), host => host.GetProperty("fits").GetBoolean()
                && host.GetProperty("host").GetString() == kept.GetProperty("chosen").GetString());
            return;
        }
        Assert.Equal(explained.GetProperty("chosen").GetString(), kept.GetProperty("chosen").GetString());
        Assert.Equal(explained.GetProperty("engine").GetString(), kept.GetProperty("engine").GetString());
        Assert.Equal(explained.GetProperty("hosts").ToString(), kept.GetProperty("hosts").ToString());
    }

    [SkippableTheory]
    [InlineData("FIRST_FIT", "h1")]
    [InlineData("BEST_FIT", "h3")]
    [InlineData("WORST_FIT", "h2")]
    public async Task Each_algorithm_goes_where_its_name_says(string algorithm, string host)
    {
        await UnevenFleetAsync();

        Assert.Equal(host, await ChosenAsync(new { vcpus = 2, memoryMiB = 1024, diskGiB = 2, placement = new { algorithm } }));
    }

    [SkippableFact]
    public async Task A_pool_without_an_algorithm_named_uses_its_own()
    {
        await UnevenFleetAsync();
        await service.PostedAsync(201, "/v1/pools", new { name = "packed", policies = new { algorithm = "BEST_FIT" } });

        var placement = await service.PostedAsync(
            200, "/v1/placements/explain", new { pool = "packed", spec = new { vcpus = 2, memoryMiB = 1024, diskGiB = 2 } });

        Assert.Equal("BEST_FIT", placement.GetProperty("algorithm").GetString());
        Assert.Equal("h3", NameOfChosen(placement));
    }

    [SkippableFact]
    public async Task A_kept_record_stays_as_the_decision_saw_the_fleet()
    {
        await UnevenFleetAsync();
        var operation = await service.CreateVmAsync("web-1", new { vcpus = 2, memoryMiB = 1024, diskGiB = 2 });
        var path = $"/v1/placements/{operation.GetProperty("placement").GetString()}";
        var kept = (await service.GetAsync(path)).ToString();
        Assert.Equal(2, JsonDocument.Parse(kept).RootElement.GetProperty("demand").GetProperty("vcpu").GetInt64());

        await service.CreateVmAsync("web-2", new { vcpus = 2, memoryMiB = 1024, diskGiB = 2 });
        await service.AddHostAsync("later");
        await service.RestartAsync();

        Assert.Equal(kept, (await service.GetAsync(path)).ToString());
    }

    [SkippableFact]
    public async Task Zone_labels_and_traits_are_kept_to()
    {
        await AddAsync("plain", "z1", new { }, []);
        await AddAsync("right", "z2", new { rack = "r7", disk = "fast" }, ["ssd", "avx512"]);
        await AddAsync("other-rack", "z2", new { rack = "r8" }, ["ssd"]);

        Assert.Equal("plain", await ChosenAsync(Shaped(new { zone = "z1" })));
        Assert.Equal("right", await ChosenAsync(Shaped(new { zone = "z2", hostLabels = new { rack = "r7" } })));
        Assert.Equal("right", await ChosenAsync(Shaped(new { requiredTraits = new[] { "avx512", "ssd" } })));
        Assert.Equal("other-rack", await ChosenAsync(Shaped(new { hostLabels = new { rack = "r8" } })));
        var nowhere = await service.PostedAsync(
            200, "/v1/placements/explain", new { spec = Shaped(new { zone = "z1", requiredTraits = new[] { "ssd" } }) });
        Assert.Equal(JsonValueKind.Null, nowhere.GetProperty("chosen").ValueKind);
        Assert.All(nowhere.GetProperty("hosts").EnumerateArray(), host => Assert.Contains(
            host.GetProperty("checks").EnumerateArray(), check => check.GetProperty("verdict").GetString() == "MISMATCH"));
    }

    [SkippableFact]
    public async Task A_forbidden_trait_is_kept_away_from()
    {
        await AddAsync("noisy", "z1", new { }, ["spinning-disk"]);
        await AddAsync("quiet", "z1", new { }, []);

        Assert.Equal("quiet", await ChosenAsync(Shaped(new { algorithm = "FIRST_FIT", forbiddenTraits = new[] { "spinning-disk" } })));
        var both = await service.PostAsync("/v1/placements/explain", new
        {
            spec = Shaped(new { requiredTraits = new[] { "ssd" }, forbiddenTraits = new[] { "ssd" } }),
        });
        var problem = await ServiceFixture.RefusedAsync(422, "contradictory-constraints", both);
        Assert.Contains("requiredTraits", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_record_names_the_runner_up_and_where_none_fits_what_the_nearest_lacks()
    {
        await service.AddHostAsync("h1", vcpu: 4);
        await service.AddHostAsync("h2", vcpu: 8);
        var two = new { vcpus = 2, memoryMiB = 1024, diskGiB = 2, placement = new { algorithm = "FIRST_FIT" } };
        var fits = await service.PostedAsync(200, "/v1/placements/explain", new { spec = two });
        var second = fits.GetProperty("hosts").EnumerateArray().Single(host => host.GetProperty("rank").GetInt32() == 2);
        Assert.Equal(second.GetProperty("host").GetString(), fits.GetProperty("runnerUp").GetString());
        Assert.Equal(JsonValueKind.Null, fits.GetProperty("nearest").ValueKind);

        var refused = await service.PostAsync("/v1/vms", new { name = "web", spec = new { vcpus = 9, memoryMiB = 1024, diskGiB = 2 } });

        var problem = await ServiceFixture.RefusedAsync(422, "exceeds-every-host", refused);
        var nearest = problem.GetProperty("placement").GetProperty("nearest");
        Assert.Equal("h2", nearest.GetProperty("name").GetString());
        var lack = Assert.Single(nearest.GetProperty("lacks").EnumerateArray());
        Assert.Equal(("resource:vcpu", "9", "8"),
            (lack.GetProperty("name").GetString(), lack.GetProperty("need").GetString(), lack.GetProperty("have").GetString()));
        var change = Assert.Single(nearest.GetProperty("changes").EnumerateArray());
        Assert.Equal(("LOWER", "vcpu", 8), (change.GetProperty("action").GetString(), change.GetProperty("of").GetString(),
            change.GetProperty("amount").GetInt64()));
        Assert.Equal("To fit on host 'h2': lower vcpu to 8.", nearest.GetProperty("sentence").GetString());
        Assert.Contains("The nearest is 'h2': resource:vcpu needs 9, has 8.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_cordoned_host_is_passed_over()
    {
        await service.AddHostAsync("h1");
        await service.AddHostAsync("h2");
        await service.PostedAsync(200, "/v1/hosts/h1/cordon");

        Assert.Equal("h2", await ChosenAsync(Shaped(new { algorithm = "FIRST_FIT" })));
    }

    [SkippableFact]
    public async Task Sixteen_creates_at_once_with_room_for_seven_make_seven()
    {
        await service.AddHostAsync("h1", vcpu: 7);
        await service.AddHostAsync("h2", vcpu: 9);

        var answers = await Task.WhenAll(Enumerable.Range(1, 16).Select(i =>
            service.PostAsync("/v1/vms", new { name = $"vm-{i}", spec = new { vcpus = 2, memoryMiB = 64 } }, ("Prefer", "wait=60"))));

        var made = 0;
        foreach (var answer in answers)
        {
            if (answer.IsSuccessStatusCode)
            {
                Assert.Equal("SUCCEEDED", (await ServiceFixture.ReadAsync(200, answer)).GetProperty("state").GetString());
                made++;
                continue;
            }
            await ServiceFixture.RefusedAsync(409, "insufficient-capacity", answer);
        }
        Assert.Equal(3 + 4, made);
        Assert.Equal(made, (await service.GetAsync("/v1/vms")).GetProperty("items").GetArrayLength());
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task An_empty_fleet_says_what_to_do_first()
    {
        var explained = await service.PostedAsync(200, "/v1/placements/explain", new { spec = Shaped(new { }) });
        Assert.Equal(0, explained.GetProperty("considered").GetInt32());

        using var response = await service.PostAsync("/v1/vms", new { name = "web-1", spec = Shaped(new { }) });

        var problem = await ServiceFixture.ReadAsync((int)response.StatusCode, response);
        Assert.Contains("POST /v1/hosts", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("{}", 400, "validation-failed")]
    [InlineData("""{"spec":{"vcpus":0,"memoryMiB":64}}""", 400, "validation-failed")]
    [InlineData("""{"name":"web-1","spec":{"vcpus":1,"memoryMiB":64}}""", 400, "validation-failed")]
    [InlineData("""{"pool":"nothing","spec":{"vcpus":1,"memoryMiB":64}}""", 404, "not-found")]
    [InlineData("""{"spec":{"vcpus":1,"memoryMiB":64,"image":"nothing"}}""", 404, "not-found")]
    public async Task A_question_that_makes_no_sense_is_refused(string body, int status, string code) =>
        await ServiceFixture.RefusedAsync(status, code, await service.PostAsync("/v1/placements/explain", body));

    [SkippableTheory]
    [InlineData("/v1/placements/nothing")]
    [InlineData("/v1/placements/plc_00000000000000000000000000")]
    [InlineData("/v1/placements/..%2f..%2fetc")]
    public async Task An_unknown_placement_is_not_found(string path) =>
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync(path));

    // Of the same kind, and half full, empty and nearly full, in the order of registration.
    private async Task UnevenFleetAsync()
    {
        foreach (var (name, used) in new[] { ("h1", 8), ("h2", 0), ("h3", 12), ("small", 0) })
        {
            await service.AddHostAsync(name, vcpu: name == "small" ? 1 : 16, memoryMiB: 16_384, diskGiB: 100);
            if (used == 0) { continue; }
            var resources = new { vcpu = used, memoryMiB = used * 1024, diskGiB = used };
            await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "filler", host = name, resources });
        }
    }

    private Task<JsonElement> AddAsync(string name, string zone, object labels, string[] traits)
    {
        var capacity = new { vcpu = 4, memoryMiB = 4096, diskGiB = 10 };
        return service.PostedAsync(201, "/v1/hosts", new { name, driver = "SIMULATED", zone, labels, traits, capacity });
    }

    private static object Shaped(object placement) => new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement };

    private async Task<string?> ChosenAsync(object spec) =>
        NameOfChosen(await service.PostedAsync(200, "/v1/placements/explain", new { spec }));

    private static string? NameOfChosen(JsonElement placement) => placement.GetProperty("hosts").EnumerateArray()
        .SingleOrDefault(host => host.GetProperty("host").GetString() == placement.GetProperty("chosen").GetString()) is
        { ValueKind: JsonValueKind.Object } host ? host.GetProperty("name").GetString() : null;

    private static string Checks(JsonElement placement) => string.Join('\n', placement.GetProperty("hosts").EnumerateArray()
        .OrderBy(host => host.GetProperty("name").GetString(), StringComparer.Ordinal)
        .Select(host => $"{host.GetProperty("name")} {host.GetProperty("fits")} {host.GetProperty("checks")}"));
}
