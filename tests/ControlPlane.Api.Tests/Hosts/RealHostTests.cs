using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Tests.Hosts;

public sealed class RealHostTests(OpenStore open) : IClassFixture<OpenStore>
{
    [Theory]
    [InlineData("""{"capacity":{"vcpu":9}}""", "capacity.vcpu")]
    [InlineData("""{"capacity":{"memoryMiB":{"total":16385}}}""", "capacity.memoryMiB")]
    [InlineData("""{"simulation":{"startLatencyMs":1}}""", "simulation")]
    public async Task What_was_found_on_a_machine_cannot_be_raised_and_it_cannot_be_simulated(string patch, string field)
    {
        var host = await open.RealHostAsync(Conversation.NewName("real"));

        var answer = await open.Hosts.PatchAsync(host.ToString(), Patch(patch), OpenStore.Terms, CancellationToken.None);

        var problem = Assert.IsType<Answer.Refused>(answer).Why;
        Assert.Equal(ProblemCode.ValidationFailed, problem.Code);
        Assert.Contains(field, problem.Errors!.Keys);
    }

    [Fact]
    public async Task A_machine_may_keep_some_to_itself_promise_the_rest_twice_and_be_given_classes()
    {
        var host = await open.RealHostAsync(Conversation.NewName("real"));

        var patch = Patch("""{"capacity":{"vcpu":{"reserved":2,"overcommit":4},"memoryMiB":8192,"gpu":2}}""");
        var answer = await open.Hosts.PatchAsync(host.ToString(), patch, OpenStore.Terms, CancellationToken.None);

        var body = Assert.IsType<HostResource>(Assert.IsType<Answer.Done>(answer).Body);
        Assert.Equal(new ClassCapacity { Total = 8, Reserved = 2, Overcommit = 4 }, body.Capacity["vcpu"]);
        Assert.Equal(8192, body.Capacity["memoryMiB"].Total);
        Assert.Equal("7.2.22", body.Discovered!.QemuVersion);
        Assert.Null(body.Simulation);
    }

    [Fact]
    public async Task A_real_host_is_not_deleted_because_it_registers_itself()
    {
        var host = await open.RealHostAsync(Conversation.NewName("real"));

        var answer = await open.Hosts.DeleteAsync(host.ToString(), OpenStore.Terms, CancellationToken.None);

        Assert.Equal(ProblemCode.InvalidState, Assert.IsType<Answer.Refused>(answer).Why.Code);
    }

    [Fact]
    public async Task A_new_engine_of_a_real_host_is_stopped_and_proved_as_its_agent_found_it()
    {
        var host = await open.RealHostAsync(Conversation.NewName("real"));

        var hardware = await PutAsync(host, "hardware", new EngineTermsDocument());
        var software = await PutAsync(host, "software", new EngineTermsDocument { CpuModel = "Haswell" });

        Assert.Equal(("host", "q35", "STOPPED", true), (hardware.CpuModel, hardware.MachineType, hardware.State, hardware.Proved));
        Assert.Equal(("Haswell", "pc", "STOPPED", false), (software.CpuModel, software.MachineType, software.State, software.Proved));
        Assert.Equal(("FALSE", "GuestTooSlow"), (software.Conditions[0].Status, software.Conditions[0].Reason));
    }

    [Fact]
    public void A_heartbeat_of_all_counts_for_simulated_hosts_alone_and_the_later_one_shows()
    {
        var heartbeats = new HostHeartbeats();
        var now = new DateTimeOffset(2026, 11, 23, 5, 40, 0, TimeSpan.Zero);
        var (real, simulated) = (NewHost(HostDriver.Qemu, now), NewHost(HostDriver.Simulated, now));

        Assert.Null(heartbeats.LastOf(simulated));
        heartbeats.BeatAll(now);
        heartbeats.Beat(real.Id, now.AddSeconds(1));
        heartbeats.Beat(simulated.Id, now.AddSeconds(-1));

        Assert.Equal(now, heartbeats.LastOf(simulated));
        Assert.Equal(now.AddSeconds(1), heartbeats.LastOf(real));
        heartbeats.Forget(real.Id);
        Assert.Null(heartbeats.LastOf(real));
    }

    private static Host NewHost(HostDriver driver, DateTimeOffset now) => new(
        new(Guid.CreateVersion7(now)), Core.Names.ResourceName.Parse("h"), driver,
        new Dictionary<Core.Resources.ResourceClass, InventoryTerms>(), now);

    private static Patch<PatchableHost> Patch(string json) => Patch<PatchableHost>.Of(json);

    private async Task<EngineResource> PutAsync(HostId host, string engine, EngineTermsDocument wanted)
    {
        var answer = await open.Engines.PutAsync(host.ToString(), engine, wanted, OpenStore.Terms, CancellationToken.None);
        return Assert.IsType<EngineResource>(Assert.IsType<Answer.Done>(answer).Body);
    }
}
