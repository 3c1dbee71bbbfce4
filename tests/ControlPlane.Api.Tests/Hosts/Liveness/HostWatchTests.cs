using System.Diagnostics.Metrics;
using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Hosts.Recovering;
using ControlPlane.Api.Metrics;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Hosts.Liveness;

/// <summary>What the service makes of hosts' silence: the watch on a clock of its own, the store as it is.</summary>
public abstract class HostWatchTests(OpenStore opened) : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider time = new();
    private readonly List<HostId> hosts = [];
    private readonly FleetBrake brake = new();

    public async Task InitializeAsync()
    {
        await opened.InitializeAsync();
        if (opened is OpenPostgresStore postgres) { _ = postgres.Required; }
    }

    public Task DisposeAsync() => opened.DisposeAsync();

    [SkippableFact]
    public async Task A_host_that_is_silent_is_suspect_after_the_lease_and_lost_after_the_margin()
    {
        await AddAsync(1);
        var watch = Watch();
        await LookForAsync(watch, 29);
        Assert.Equal(HostState.Active, State(0));
        await LookForAsync(watch, 2);
        Assert.Equal(HostState.Suspect, State(0));
        await LookForAsync(watch, 3);
        Assert.Equal(HostState.Suspect, State(0));
        await LookForAsync(watch, 2);

        Assert.Equal(HostState.Lost, State(0));
        var host = await HostAsync(0);
        var alive = Assert.Single(host.Conditions, condition => condition.Type == "AgentAlive");
        Assert.Equal("LeaseOver", alive.Reason);
        Assert.Equal(new LossProof.LeaseOver(1), (await StandingAsync(0)).Proof);
    }

    [SkippableFact]
    public async Task A_suspect_that_renews_is_active_and_its_silence_begins_anew()
    {
        await AddAsync(1);
        var watch = Watch();
        await LookForAsync(watch, 32);
        Assert.Equal(HostState.Suspect, State(0));
        await RenewAsync(0);
        Assert.Equal(HostState.Active, State(0));
        await LookForAsync(watch, 29);
        Assert.Equal(HostState.Active, State(0));
        await LookForAsync(watch, 2);
        Assert.Equal(HostState.Suspect, State(0));
    }

    [SkippableFact]
    public async Task A_renewal_that_comes_before_the_declaration_wins()
    {
        await AddAsync(1);
        var watch = Watch();
        await LookForAsync(watch, 34);
        time.Advance(TimeSpan.FromSeconds(5));
        // Between the look and its turn: the row has another count by then.
        await RenewAsync(0);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(HostState.Active, State(0));
        Assert.Equal(2, (await StandingAsync(0)).Renewals);
    }

    [SkippableFact]
    public async Task A_process_that_starts_declares_nobody_lost_for_the_time_it_was_not_there()
    {
        await AddAsync(1);
        await LookForAsync(Watch(), 29);
        time.Advance(TimeSpan.FromHours(1));
        var next = Watch();
        await LookForAsync(next, 29);
        Assert.Equal(HostState.Active, State(0));
        await LookForAsync(next, 6);
        Assert.Equal(HostState.Lost, State(0));
    }

    [SkippableFact]
    public async Task A_process_that_looked_away_begins_anew()
    {
        await AddAsync(1);
        var watch = Watch();
        await LookForAsync(watch, 20);
        time.Advance(TimeSpan.FromMinutes(10));
        await LookForAsync(watch, 29);
        Assert.Equal(HostState.Active, State(0));
    }

    [SkippableFact]
    public async Task Two_processes_declare_what_one_would()
    {
        await AddAsync(1);
        var (one, other) = (Watch(), Watch());
        for (var second = 0; second < 37; second++)
        {
            time.Advance(Step);
            await Task.WhenAll(one.LookAsync(CancellationToken.None), other.LookAsync(CancellationToken.None));
        }
        Assert.Equal(HostState.Lost, State(0));
        await using var db = opened.Store.Read(null);
        // Added, welcomed, suspect, lost; whoever came second has changed nothing.
        Assert.Equal(4, await db.Events.CountAsync(change => change.Kind == "HOST"));
        Assert.Equal(1, await db.Operations.CountAsync());
    }

    [SkippableFact]
    public async Task A_host_that_comes_and_goes_is_held_back_until_it_has_been_steady()
    {
        await AddAsync(1);
        var watch = Watch(loss: new() { FlapHalfLifeSeconds = 300 });
        for (var miss = 0; miss < 4; miss++)
        {
            await LookForAsync(watch, 32);
            await RenewAsync(0);
            await LookForAsync(watch, 1);
        }
        Assert.Equal((HostState.Active, true), (State(0), HeldBack(0)));
        Assert.Equal("ComesAndGoes", Assert.Single((await HostAsync(0)).Conditions, each => each.Type == "Steady").Reason);

        await KeepSteadyAsync(watch, 120);
        Assert.True(HeldBack(0));
        // One that starts takes over what the others hold.
        var next = Watch(loss: new() { FlapHalfLifeSeconds = 300 });
        await KeepSteadyAsync(next, 60);
        Assert.True(HeldBack(0));
        await KeepSteadyAsync(next, 600);
        Assert.False(HeldBack(0));
    }

    [SkippableFact]
    public async Task Many_hosts_that_go_silent_at_once_raise_the_alarm_until_most_are_back()
    {
        await AddAsync(10);
        var watch = Watch();
        await LookForAsync(watch, 10);
        for (var i = 0; i < 6; i++) { await RenewAsync(i); }
        await LookForAsync(watch, 22);
        Assert.Equal(4, hosts.Index().Count(host => State(host.Index) == HostState.Suspect));
        Assert.True(brake.State.Holds);

        for (var i = 0; i < 10; i++) { await RenewAsync(i); }
        await LookForAsync(watch, 1);
        Assert.False(brake.State.Holds);
    }

    [SkippableFact]
    public async Task A_few_hosts_that_go_silent_raise_no_alarm()
    {
        await AddAsync(10);
        var watch = Watch();
        await LookForAsync(watch, 10);
        for (var i = 0; i < 8; i++) { await RenewAsync(i); }
        await LookForAsync(watch, 26);
        Assert.False(brake.State.Holds);
        Assert.Equal(2, hosts.Index().Count(host => State(host.Index) == HostState.Lost));
    }

    [SkippableFact]
    public async Task Five_hundred_hosts_that_come_and_go_are_each_what_their_renewals_say()
    {
        await AddAsync(500);
        var (watch, random) = (Watch(), new Random(4));
        var renewed = hosts.ConvertAll(_ => TimeSpan.Zero);
        var elapsed = TimeSpan.Zero;
        for (var round = 0; round < 60; round++)
        {
            var talks = hosts.Index().Where(_ => random.Next(5) == 0).Select(host => host.Index).ToList();
            var lost = talks.Where(host => State(host) == HostState.Lost).ToList();
            await RenewAllAsync([.. talks.Except(lost)]);
            await WelcomeAsync(lost);
            foreach (var host in talks) { renewed[host] = elapsed; }
            time.Advance(TimeSpan.FromSeconds(5));
            elapsed += TimeSpan.FromSeconds(5);
            await watch.LookAsync(CancellationToken.None);
            for (var i = 0; i < hosts.Count; i++)
            {
                // It has seen each renewal at the look after it, so five seconds later at the most.
                var silence = elapsed - renewed[i];
                if (silence < TimeSpan.FromSeconds(30)) { Assert.Equal(HostState.Active, State(i)); }
                if (silence >= TimeSpan.FromSeconds(40)) { Assert.Equal(HostState.Lost, State(i)); }
            }
        }
        Assert.Contains(hosts.Index(), host => HeldBack(host.Index));
        Assert.Contains(hosts.Index(), host => State(host.Index) == HostState.Lost);
        Assert.Contains(hosts.Index(), host => State(host.Index) == HostState.Active);
    }

    private HostWatch Watch(HostLossOptions? loss = null)
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        var terms = Options.Create(loss ?? new());
        return new(opened.Store, brake, new RecoveryStart(terms), new OperationBell(), Options.Create(new LeaseOptions()), terms,
            new FleetMetrics(meters), time, NullLogger<HostWatch>.Instance);
    }

    private async Task AddAsync(int count)
    {
        for (var i = 0; i < count; i++) { hosts.Add(await opened.RealHostAsync($"h{i}")); }
        await WelcomeAsync([.. Enumerable.Range(0, count)]);
    }

    private Task<bool> WelcomeAsync(List<int> indexes) => opened.Store.WriteAsync(null, async session =>
    {
        foreach (var host in indexes.ConvertAll(index => hosts[index]))
        {
            var row = await Standings.FindAsync(session, host);
            if (row is null) { session.Db.HostStandings.Add(row = HostStandingRow.New(host, new LeaseOptions().Terms)); }
            await Standings.KeepAsync(session, row, row.Read().Welcome(new LeaseOptions().Terms));
        }
        await session.SaveAsync();
        return true;
    }, CancellationToken.None);

    private async Task LookForAsync(HostWatch watch, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            await watch.LookAsync(CancellationToken.None);
            time.Advance(Step);
        }
        await watch.LookAsync(CancellationToken.None);
    }

    private async Task KeepSteadyAsync(HostWatch watch, int seconds)
    {
        for (var second = 0; second < seconds; second += 10)
        {
            await RenewAsync(0);
            await watch.LookAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(10));
        }
        await watch.LookAsync(CancellationToken.None);
    }

    private Task RenewAsync(int index) => RenewAllAsync([index]);

    private async Task RenewAllAsync(List<int> indexes)
    {
        using var desk = new RenewalDesk(opened.Store, TimeProvider.System);
        await desk.StartAsync(CancellationToken.None);
        await using var db = opened.Store.Read(null);
        var sessions = await db.HostStandings.ToDictionaryAsync(row => row.Host, row => row.Session);
        await Task.WhenAll(indexes.Select(index => desk.AskAsync(hosts[index], sessions[hosts[index]], CancellationToken.None)));
        await desk.StopAsync(CancellationToken.None);
    }

    private HostState State(int index) => opened.Store.Fleet.Find(hosts[index])!.State;

    private bool HeldBack(int index) => opened.Store.Fleet.Find(hosts[index])!.HeldBack;

    private async Task<Host> HostAsync(int index)
    {
        var id = hosts[index];
        await using var db = opened.Store.Read(null);
        return await db.Hosts.SingleAsync(host => host.Id == id);
    }

    private async Task<HostStandingRow> RowAsync(int index)
    {
        var id = hosts[index];
        await using var db = opened.Store.Read(null);
        return await db.HostStandings.SingleAsync(row => row.Host == id);
    }

    private async Task<HostStanding> StandingAsync(int index) => (await RowAsync(index)).Read();
}
