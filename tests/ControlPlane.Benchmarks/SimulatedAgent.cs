using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlPlane.Agent.Remote;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Benchmarks;

/// <summary>A host's agent as the service sees it: a connection with its own certificate, a wait, a session whose lease it renews, and obedient guests.</summary>
internal sealed class SimulatedAgent : IDisposable
{
    private static readonly HostFacts facts = new()
    {
        MachineName = "bench", Vcpus = 64, MemoryMiB = 262_144, DiskGiB = 4_000, CpuModel = "bench", CpuFlags = [], NumaNodes = [],
        KernelVersion = "6", QemuVersion = "7.2.0",
        Engines = [new(VirtualizationEngine.Software, true, "GuestRan", "It ran.", "max", "q35")],
    };

    private readonly string id;
    private readonly HostCredentials credentials;
    private readonly HttpClient client;
    private readonly HttpAgentLink link;
    private readonly ConcurrentBag<TimeSpan> renewals = [];
    private readonly ConcurrentQueue<string> refusals = [];

    private SimulatedAgent(Uri door, JoinAnswer answer, HostCredentials credentials)
    {
        (id, this.credentials) = (answer.HostId, credentials);
        client = ServiceConnection.Open(door, credentials.Authority, () => credentials.Certificate);
        link = new HttpAgentLink(client, NullLogger<HttpAgentLink>.Instance);
    }

    public static async Task<SimulatedAgent> JoinAsync(Uri door, HttpClient joining, string token)
    {
        using var key = HostCredentials.NewKey();
        var wanted = new JoinRequest { CertificateRequest = HostCredentials.RequestFor(key), Facts = facts };
        using var answer = await PostAsync(joining, AgentProtocol.Join, JsonSerializer.Serialize(wanted, AgentJson.Default.JoinRequest), token);
        var joined = JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), AgentJson.Default.JoinAnswer)!;
        return new(door, joined, HostCredentials.Of(key, joined.Certificate, joined.Authority));
    }

    /// <summary>Waits and renews its lease until the token ends; tells when a VM's first assignment came.</summary>
    public Task RunAsync(TaskCompletionSource first, Action<string> arrived, TimeSpan phase, CancellationToken ct) =>
        Task.WhenAll(FollowAsync(first, arrived, ct), LeaseAsync(phase, ct));

    /// <summary>What sessions and renewals were refused with; each was asked for again.</summary>
    public IReadOnlyCollection<string> Refusals => refusals;

    /// <summary>How long each renewal took so far; forgets them.</summary>
    public IReadOnlyList<TimeSpan> TakeRenewals()
    {
        List<TimeSpan> taken = [];
        while (renewals.TryTake(out var one)) { taken.Add(one); }
        return taken;
    }

    public void Dispose()
    {
        client.Dispose();
        credentials.Dispose();
    }

    private async Task FollowAsync(TaskCompletionSource first, Action<string> arrived, CancellationToken ct)
    {
        for (var after = 0L; !ct.IsCancellationRequested;)
        {
            var page = await link.WaitAssignmentsAsync(new AssignmentScope(id), after, ct);
            after = page.Revision;
            first.TrySetResult();
            foreach (var vm in page.Items)
            {
                arrived(vm.Name);
                await link.ReportAsync(new AgentReport { HostId = id, Vms = [Seen(vm)] }, ct);
            }
        }
    }

    // As an agent does: what is refused or does not come is asked for again a moment later, and a session that is over is begun anew.
    private async Task LeaseAsync(TimeSpan phase, CancellationToken ct)
    {
        await Task.Delay(phase, ct);
        var (session, every, pace) = (0L, TimeSpan.FromSeconds(1), RenewalPace.Of(id));
        while (!ct.IsCancellationRequested)
        {
            var sent = Stopwatch.GetTimestamp();
            try
            {
                if (session == 0) { (session, every) = await BeginAsync(); }
                else
                {
                    using var answer = await PostAsync(client, AgentProtocol.Lease,
                        JsonSerializer.Serialize(new LeaseRequest(session), AgentJson.Default.LeaseRequest), null);
                    renewals.Add(Stopwatch.GetElapsedTime(sent));
                }
                await Task.Delay(pace.Next(every) - Stopwatch.GetElapsedTime(sent) is { Ticks: > 0 } left ? left : TimeSpan.Zero, ct);
            }
            catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException)
            {
                refusals.Enqueue(fault.Message);
                if (fault.Message.Contains("session-over", StringComparison.Ordinal)) { session = 0; }
                await Task.Delay(pace.Next(session == 0 ? TimeSpan.FromSeconds(2) : every / 5), ct);
            }
        }
    }

    private async Task<(long Session, TimeSpan Every)> BeginAsync()
    {
        using var begun = await PostAsync(client, AgentProtocol.Session,
            JsonSerializer.Serialize(new SessionRequest("bench", []), AgentJson.Default.SessionRequest), null);
        var session = JsonSerializer.Deserialize(await begun.Content.ReadAsStringAsync(), AgentJson.Default.SessionAnswer)!;
        return (session.Session, TimeSpan.FromMilliseconds(session.Lease.LengthMs / 5.0));
    }

    private static VmObservation Seen(VmAssignment vm) => new()
    {
        VmId = vm.VmId, Incarnation = vm.Incarnation, Generation = vm.Generation, Sequence = vm.Generation,
        Power = vm.Power == DesiredPower.Running ? ObservedPower.Running : ObservedPower.Stopped,
    };

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string json, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"), Version = client.DefaultRequestVersion,
        };
        if (token is not null) { request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token); }
        var response = await client.SendAsync(request);
        return response.IsSuccessStatusCode ? response
            : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
