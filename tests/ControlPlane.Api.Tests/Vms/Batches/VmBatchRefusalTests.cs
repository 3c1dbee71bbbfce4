using System.Text.Json;
using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Vms.Batches;

/// <summary>Batches that are not accepted, each with the field it fails at.</summary>
public sealed class VmBatchRefusalTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("""{"vms":[]}""", "vms", "1 to 1000")]
    [InlineData("""{"mode":"SOME","vms":[]}""", "mode", "ALL_OR_NOTHING, BEST_EFFORT")]
    [InlineData("""{"mode":"BEST_EFFORT"}""", "vms", "is required")]
    [InlineData("""{"vms":[{"name":"UP","spec":{"vcpus":1,"memoryMiB":64}}]}""", "vms[0].name", "lower-case")]
    [InlineData("""{"vms":[{"name":"a","spec":{"vcpus":0,"memoryMiB":64}}]}""", "vms[0].spec.vcpus", "between 1 and 1024")]
    [InlineData("""{"vms":[{"name":"a","spec":{"memoryMiB":64}}]}""", "vms[0].spec.vcpus", "is required")]
    [InlineData("""{"vms":[{"name":"a","colour":"red","spec":{"vcpus":1,"memoryMiB":64}}]}""", "vms[0].colour", "not known")]
    public async Task Bad_input_is_refused_at_its_field(string body, string field, string says)
    {
        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/vms:batch", body));

        Assert.Contains(says, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_comes_twice_is_refused_with_both_places()
    {
        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/vms:batch", Batch("a", "b", "a")));

        Assert.Equal("is 'a', which vms[0] is named already", problem.GetProperty("errors").GetProperty("vms[2].name")[0].GetString());
    }

    [Fact]
    public async Task One_VM_too_many_is_refused_with_the_limit()
    {
        var batch = Batch([.. Enumerable.Range(0, 1001).Select(n => $"vm-{n}")]);

        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/vms:batch", batch));

        Assert.Equal("must have 1 to 1000 VMs, and has 1001; send more in another batch", problem.GetProperty("errors").GetProperty("vms")[0].GetString());
    }

    [Fact]
    public async Task What_one_VM_names_and_is_not_there_refuses_the_batch_with_its_place()
    {
        var vms = new object[] { Vm("a"), new { name = "b", pool = "nowhere", spec = new { vcpus = 1, memoryMiB = 64 } } };
        await service.AddHostAsync(Conversation.NewName("h"));

        var problem = await ServiceFixture.RefusedAsync(404, "not-found", await service.PostAsync("/v1/vms:batch", new { vms }));

        Assert.Equal("vms[1] 'b': There is no pool 'nowhere'. No VM of the batch was made.", problem.GetProperty("detail").GetString());
        Assert.Equal(1, problem.GetProperty("index").GetInt32());
    }

    private static object Batch(params string[] names) => new { vms = names.Select(Vm) };

    private static object Vm(string name) => new { name, spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1 } };
}
