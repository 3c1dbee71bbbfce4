using System.Text.Json;
using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Tests.Agents;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Hosts.Liveness;

/// <summary>Agents' sessions and leases, as they are kept.</summary>
public abstract class LeaseTests(ServiceWithAgentDoor service)
{
    [SkippableFact]
    public async Task An_agent_begins_a_session_and_renews_its_lease()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("leased"));
        var begun = await BeginAsync(machine);
        Assert.Equal((1, 30_000, 5_000, 10), (begun.Session, begun.Lease.LengthMs, begun.Lease.MarginMs, begun.Lease.DriftPermille));

        Assert.Equal(begun.Lease, await RenewedAsync(machine, begun.Session));
        var host = await service.GetAsync($"/v1/hosts/{machine.HostId}");
        Assert.Equal("ACTIVE", host.GetProperty("state").GetString());
        var alive = host.GetProperty("conditions").EnumerateArray().Single(each => each.GetProperty("type").GetString() == "AgentAlive");
        Assert.Equal("LeaseRenewed", alive.GetProperty("reason").GetString());
        Assert.Equal(2, (await StandingAsync(machine)).Renewals);
    }

    [SkippableFact]
    public async Task A_renewal_is_nothing_that_a_reader_sees()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("unseen"));
        var begun = await BeginAsync(machine);
        var before = (await service.GetAsync($"/v1/hosts/{machine.HostId}")).GetProperty("etag").GetString();
        var events = await EventsAsync(machine);

        for (var i = 0; i < 3; i++) { await RenewedAsync(machine, begun.Session); }

        Assert.Equal(before, (await service.GetAsync($"/v1/hosts/{machine.HostId}")).GetProperty("etag").GetString());
        Assert.Equal(events, await EventsAsync(machine));
        Assert.Equal(4, (await StandingAsync(machine)).Renewals);
    }

    [SkippableFact]
    public async Task An_earlier_session_is_over_once_another_has_begun()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("earlier"));
        var first = await BeginAsync(machine);
        var second = await BeginAsync(machine);

        Assert.Equal(first.Session + 1, second.Session);
        await ServiceFixture.RefusedAsync(409, "session-over", await RenewAsync(machine, first.Session));
        await RenewedAsync(machine, second.Session);
    }

    [SkippableFact]
    public async Task A_host_that_never_began_a_session_is_told_to_begin_one()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("never"));
        await ServiceFixture.RefusedAsync(409, "session-over", await RenewAsync(machine, 1));
    }

    [SkippableTheory]
    [InlineData("Lost")]
    [InlineData("Fenced")]
    public async Task A_host_that_was_declared_lost_is_refused_until_it_begins_a_session(string state)
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("lost"));
        var begun = await BeginAsync(machine);
        await service.ExecuteAsync($"UPDATE host_standings SET state = '{state}' WHERE host = '{machine.HostId}'");

        var refusal = await ServiceFixture.RefusedAsync(409, "session-over", await RenewAsync(machine, begun.Session));
        Assert.Contains("declared lost", refusal.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var again = await BeginAsync(machine);
        Assert.Equal(begun.Session + 1, again.Session);
        await RenewedAsync(machine, again.Session);
    }

    [SkippableFact]
    public async Task A_suspect_that_renews_is_active_again_and_readers_see_it()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("suspect"));
        var begun = await BeginAsync(machine);
        await service.ExecuteAsync($"UPDATE host_standings SET state = 'Suspect' WHERE host = '{machine.HostId}'");
        await service.ExecuteAsync($"UPDATE hosts SET life = 'Suspect' WHERE id = '{machine.HostId}'");
        var events = await EventsAsync(machine);

        await RenewedAsync(machine, begun.Session);
        Assert.Equal(HostLiveness.Active, (await StandingAsync(machine)).State);
        Assert.Equal("ACTIVE", (await service.GetAsync($"/v1/hosts/{machine.HostId}")).GetProperty("state").GetString());
        Assert.Equal(events + 1, await EventsAsync(machine));
    }

    [SkippableFact]
    public async Task An_agent_that_says_what_it_has_is_told_what_is_anothers()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("says"));
        await service.AddHostAsync(Conversation.NewName("other"));
        var created = await service.CreateVmAsync(Conversation.NewName("elsewhere"));
        var vm = created.GetProperty("target").GetString()!["vms/".Length..];
        var unknown = new HeldVm($"vm_{Guid.NewGuid():n}", 1);

        var begun = await BeginAsync(machine, new HeldVm(vm, 1), unknown);
        Assert.Equal([vm], begun.NotItsOwn);
    }

    [SkippableFact]
    public async Task More_VMs_than_a_host_can_have_are_refused()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("many"));
        var vms = Enumerable.Range(0, AgentProtocol.MaxHeld + 1).Select(i => new HeldVm($"v{i}", 1)).ToArray();
        var response = await machine.PostAsync(AgentProtocol.Session, new("test", vms), AgentJson.Default.SessionRequest);
        await ServiceFixture.RefusedAsync(400, "validation-failed", response);
    }

    [SkippableFact]
    public async Task A_thousand_renewals_at_once_are_each_granted()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("crowd"));
        var begun = await BeginAsync(machine);
        var desk = service.Services.GetRequiredService<RenewalDesk>();
        var host = HostId.Parse(machine.HostId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => desk.AskAsync(host, begun.Session + (i % 2), CancellationToken.None)));
        Assert.Equal(500, answers.Count(answer => answer.Outcome == RenewalOutcome.Granted));
        Assert.Equal(500, answers.Count(answer => answer.Outcome == RenewalOutcome.OldSession));
    }

    [SkippableFact]
    public async Task A_host_that_is_deleted_takes_its_standing_with_it()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("deleted"));
        await BeginAsync(machine);
        Assert.Equal(204, (int)(await service.SendAsync(HttpMethod.Delete, $"/v1/hosts/{machine.HostId}")).StatusCode);
        Assert.Equal(0, await service.ExecuteAsync($"UPDATE host_standings SET renewals = 0 WHERE host = '{machine.HostId}'"));
    }

    private static async Task<SessionAnswer> BeginAsync(Machine machine, params HeldVm[] vms)
    {
        var response = await machine.PostAsync(AgentProtocol.Session, new("test", vms), AgentJson.Default.SessionRequest);
        return JsonSerializer.Deserialize((await ServiceFixture.ReadAsync(200, response)).GetRawText(), AgentJson.Default.SessionAnswer)!;
    }

    private static Task<HttpResponseMessage> RenewAsync(Machine machine, long session) =>
        machine.PostAsync(AgentProtocol.Lease, new(session), AgentJson.Default.LeaseRequest);

    private static async Task<LeaseAnswer> RenewedAsync(Machine machine, long session) => JsonSerializer.Deserialize(
        (await ServiceFixture.ReadAsync(200, await RenewAsync(machine, session))).GetRawText(), AgentJson.Default.LeaseAnswer)!;

    private async Task<(HostLiveness State, long Renewals)> StandingAsync(Machine machine)
    {
        await using var db = service.Services.GetRequiredService<Store>().Read(null);
        var id = HostId.Parse(machine.HostId);
        var row = await db.HostStandings.SingleAsync(each => each.Host == id);
        return (row.State, row.Renewals);
    }

    private async Task<int> EventsAsync(Machine machine)
    {
        await using var db = service.Services.GetRequiredService<Store>().Read(null);
        return await db.Events.CountAsync(change => change.ResourceId == machine.HostId);
    }
}
