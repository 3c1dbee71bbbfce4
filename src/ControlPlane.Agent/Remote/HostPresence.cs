using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Remote;

/// <summary>Keeps a host present at the service: its heartbeat, and a new certificate before the present one ends.</summary>
/// <param name="client">To the service.</param>
/// <param name="folder">Where the certificate is kept.</param>
/// <param name="record">What the host keeps of itself.</param>
/// <param name="sessions">Its sessions and leases; null to beat as an agent of the version before did.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where decisions are told.</param>
public sealed class HostPresence(
    HttpClient client, AgentFolder folder, HostRecord record, HostSessions? sessions, TimeProvider time, ILogger<HostPresence> logger)
    : IDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    private volatile HostCredentials credentials = record.Credentials() ?? throw new InvalidOperationException("the host has not joined");
    private HostRecord record = record;
    private bool heard = true;

    internal static string Version { get; } = typeof(HostPresence).Assembly.GetName().Version?.ToString() ?? "0";

    /// <summary>What to show at the next connection.</summary>
    public HostCredentials Credentials => credentials;

    /// <summary>Runs until the token ends.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var next = await BeatAsync(ct);
            if (time.GetUtcNow() >= credentials.RenewTime) { await RenewAsync(ct); }
            await Task.Delay(next, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => credentials.Dispose();

    /// <summary>Asks for a certificate for a new key. A crash in the middle leaves the present one, which still works.</summary>
    internal async Task RenewAsync(CancellationToken ct)
    {
        try
        {
            using var key = HostCredentials.NewKey();
            var answer = await ServiceCalls.PostAsync(client, AgentProtocol.Certificate, new(HostCredentials.RequestFor(key)),
                AgentJson.Default.CertificateRenewal, AgentJson.Default.CertificateAnswer, null, ct);
            var renewed = HostCredentials.Of(key, answer.Certificate, answer.Authority);
            record = record with
            {
                PrivateKey = key.ExportPkcs8PrivateKeyPem(), Certificate = answer.Certificate, Authority = answer.Authority,
            };
            await folder.WriteAsync(record);
            // The one before is left to the collector: a connection that is being made may hold it.
            credentials = renewed;
            RemoteLog.Renewed(logger, renewed.ExpireTime);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            RemoteLog.NotRenewed(logger, fault, credentials.ExpireTime);
        }
    }

    private async Task<TimeSpan> BeatAsync(CancellationToken ct)
    {
        try
        {
            var next = (sessions is null ? null : await sessions.KeepAsync(ct)) ?? await BeatPlainlyAsync(ct);
            if (!heard) { RemoteLog.HeardAgain(logger); }
            heard = true;
            return next;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            if (heard) { RemoteLog.NotHeard(logger, fault); }
            heard = false;
            return sessions?.Pause() ?? pause;
        }
        catch (OperationCanceledException)
        {
            return TimeSpan.Zero;
        }
    }

    private async Task<TimeSpan> BeatPlainlyAsync(CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var answer = await ServiceCalls.PostAsync(client, AgentProtocol.Heartbeat, new AgentHeartbeat(Version),
            AgentJson.Default.AgentHeartbeat, AgentJson.Default.HeartbeatAnswer, null, both.Token);
        return TimeSpan.FromSeconds(Math.Clamp(answer.NextSeconds, 1, 600));
    }
}
