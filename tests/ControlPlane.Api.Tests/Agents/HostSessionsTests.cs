using ControlPlane.Agent.Drivers.Simulated;
using ControlPlane.Agent.Remote;
using ControlPlane.Api.Tests.Hosts;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Api.Tests.Agents;

/// <summary>The real agent's sessions against the real service.</summary>
public sealed class HostSessionsTests(ServiceWithAgentDoor service) : IClassFixture<ServiceWithAgentDoor>, IDisposable
{
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("controlplane-sessions-");

    public void Dispose() => place.Delete(recursive: true);

    [Fact]
    public async Task An_agent_begins_a_session_before_it_asks_and_asks_for_everything_in_each()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("sessions"));
        using var folder = AgentFolder.Take(place.FullName);
        var lease = new HostLease(TimeProvider.System);
        var (link, sessions) = Parts(machine, folder, lease);

        // What is remembered comes first, and then nothing until there is a session.
        var waiting = link.WaitAssignmentsAsync(machine.Scope, 0, CancellationToken.None);
        await link.Recalled;
        Assert.Equal((0, FenceStage.Stop), (lease.Session, lease.Stage));
        var next = await sessions.KeepAsync(CancellationToken.None);
        var first = await waiting;

        Assert.True(first.Complete);
        Assert.Equal((1, FenceStage.Run), (lease.Session, lease.Stage));
        Assert.InRange(next!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));

        waiting = link.WaitAssignmentsAsync(machine.Scope, first.Revision, CancellationToken.None);
        await service.ExecuteAsync($"UPDATE host_standings SET state = 'Lost' WHERE host = '{machine.HostId}'");
        await sessions.KeepAsync(CancellationToken.None);
        Assert.Equal(2, lease.Session);
        Assert.True((await waiting).Complete);
    }

    [Fact]
    public async Task A_lease_counts_from_the_sending_of_its_request()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("counts"));
        using var folder = AgentFolder.Take(place.FullName);
        var lease = new HostLease(TimeProvider.System);
        var (link, sessions) = Parts(machine, folder, lease);
        _ = link.WaitAssignmentsAsync(machine.Scope, 0, CancellationToken.None);

        await sessions.KeepAsync(CancellationToken.None);
        var (before, held) = (lease.Now, lease.Held!);
        await sessions.KeepAsync(CancellationToken.None);
        Assert.InRange(lease.Held!.SentAt, before, lease.Now);
        Assert.True(held.SentAt < before);
    }

    private static (RememberingLink Link, HostSessions Sessions) Parts(Machine machine, AgentFolder folder, HostLease lease)
    {
        var driver = new SimulatedDriver(TimeProvider.System);
        var images = new ImageCache(machine.Client, folder, TimeProvider.System, NullLogger<ImageCache>.Instance);
        var link = new RememberingLink(new HttpAgentLink(machine.Client, NullLogger<HttpAgentLink>.Instance, lease), folder, driver, images,
            NullLogger<RememberingLink>.Instance);
        return (link, new HostSessions(machine.Client, lease, link, RenewalPace.Of("host_x"), TimeProvider.System, NullLogger<HostSessions>.Instance));
    }
}
