using ControlPlane.Agent.Remote;
using ControlPlane.Api.Tests.Hosts;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Api.Tests.Agents;

/// <summary>The real agent's heartbeat and renewal against the real service.</summary>
public sealed class HostPresenceTests(ServiceWithAgentDoor service) : IClassFixture<ServiceWithAgentDoor>
{
    [Fact]
    public async Task A_certificate_is_renewed_when_two_thirds_of_its_life_have_passed_and_kept_for_the_next_start()
    {
        var path = Directory.CreateTempSubdirectory("controlplane-presence-").FullName;
        using var folder = AgentFolder.Take(path);
        using var key = HostCredentials.NewKey();
        var request = Machine.Request(Conversation.NewName("present"), key);
        var answer = await FleetJoin.JoinAsync(Machine.Door(service), await Machine.TokenAsync(service), request, CancellationToken.None);
        var record = new HostRecord
        {
            Server = Machine.Door(service).ToString(), PrivateKey = key.ExportPkcs8PrivateKeyPem(), HostId = answer.HostId,
            Name = answer.Name, Certificate = answer.Certificate, Authority = answer.Authority,
        };
        using var first = record.Credentials()!;
        var renewTime = first.RenewTime;
        Assert.InRange(renewTime, TimeProvider.System.GetUtcNow().AddDays(19), TimeProvider.System.GetUtcNow().AddDays(21));

        await BeatOnceAsync(folder, record, new ShiftedClock(renewTime.AddHours(-1)));
        Assert.Null(folder.ReadRecord());
        await BeatOnceAsync(folder, record, new ShiftedClock(renewTime));

        var renewed = folder.ReadRecord()!;
        Assert.NotEqual(record.PrivateKey, renewed.PrivateKey);
        using var second = renewed.Credentials()!;
        using var client = ServiceConnection.Open(Machine.Door(service), second.Authority, () => second.Certificate);
        Assert.Equal(200, (int)(await client.GetAsync($"{AgentProtocol.Assignments}?after=0")).StatusCode);
        folder.Dispose();
        Directory.Delete(path, recursive: true);
    }

    // A loop whose clock stands still waits for ever after its first round.
    private static async Task BeatOnceAsync(AgentFolder folder, HostRecord record, ShiftedClock clock)
    {
        HostPresence? presence = null;
        using var authority = record.Credentials()!.Authority;
        using var client = ServiceConnection.Open(new Uri(record.Server), authority, () => presence!.Credentials.Certificate);
        using var present = presence = new HostPresence(client, folder, record, null, clock, NullLogger<HostPresence>.Instance);
        using var end = new CancellationTokenSource();
        var running = presence.RunAsync(end.Token);
        await clock.Resting.WaitAsync(TimeSpan.FromSeconds(60));
        await end.CancelAsync();
        await running;
    }

    private sealed class ShiftedClock(DateTimeOffset now) : TimeProvider
    {
        private readonly TaskCompletionSource resting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when somebody waits for its next round: that of a heartbeat's answer.</summary>
        public Task Resting => resting.Task;

        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // A heartbeat's patience is cancelled by its own source; only the rest between two of them is a plain delay.
            if (state is Task) { resting.TrySetResult(); }
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
