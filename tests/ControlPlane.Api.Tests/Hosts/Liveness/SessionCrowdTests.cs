using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Tests.Hosts.Liveness;

/// <summary>A fleet whose hosts all begin at once, as after an outage.</summary>
public sealed class SessionCrowdTests : IAsyncLifetime
{
    private const int Crowd = 60;

    private readonly OpenStore opened = new() { Settings = new() { MaxWaitingWrites = 20 } };

    public Task InitializeAsync() => opened.InitializeAsync();

    public Task DisposeAsync() => opened.DisposeAsync();

    [Fact]
    public async Task They_wait_in_line_and_leave_the_lane_to_renewals_and_clients()
    {
        List<HostId> hosts = [];
        for (var i = 0; i <= Crowd; i++) { hosts.Add(await opened.RealHostAsync($"h{i}")); }
        using var desk = new RenewalDesk(opened.Store, TimeProvider.System);
        await desk.StartAsync(CancellationToken.None);
        var leases = new LeaseService(opened.Store, desk, Options.Create(new LeaseOptions()), NullLogger<LeaseService>.Instance);
        var held = (await BeginAsync(leases, hosts[0])).Session;

        var free = new TaskCompletionSource();
        var busy = new TaskCompletionSource();
        var blocking = opened.Store.WriteAsync(null, async _ => { busy.SetResult(); await free.Task; return true; }, CancellationToken.None);
        await busy.Task;
        var begun = hosts.Skip(1).Select(host => BeginAsync(leases, host)).ToList();
        var renewed = desk.AskAsync(hosts[0], held, CancellationToken.None);
        var client = ClientAsync();
        free.SetResult();

        Assert.True(await blocking && await client);
        Assert.Equal(RenewalOutcome.Granted, (await renewed).Outcome);
        Assert.All(await Task.WhenAll(begun), answer => Assert.Equal(1, answer.Session));
        await desk.StopAsync(CancellationToken.None);
    }

    private async Task<bool> ClientAsync() => await opened.Store.WriteAsync(null, _ => Task.FromResult(true), CancellationToken.None);

    private static async Task<SessionAnswer> BeginAsync(LeaseService leases, HostId host) =>
        (await leases.BeginAsync(host, new SessionRequest("test", []), CancellationToken.None)).Value!;
}
