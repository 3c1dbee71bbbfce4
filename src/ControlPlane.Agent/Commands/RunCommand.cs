using System.Security.Cryptography.X509Certificates;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Fencing;
using ControlPlane.Agent.Hosts;
using ControlPlane.Agent.Remote;
using ControlPlane.Agent.Vms;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Commands;

/// <summary>Runs this host's VMs for as long as the process lives; they live longer.</summary>
internal sealed class RunCommand(AgentFolder folder, AgentOptions options, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Returns when the token ends; throws when the agent cannot go on.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        if (folder.ReadRecord() is not { HostId: { } id, Authority: { } pem } record)
        {
            throw new JoiningException($"This machine is no host yet: {folder.Path} has no record. Join first: controlplane-agent join.");
        }
        HostPresence? presence = null;
        using var authority = X509Certificate2.CreateFromPem(pem);
        using var client = ServiceConnection.Open(new Uri(record.Server), authority, () => presence?.Credentials.Certificate);
        var sign = new WatchdogSign(folder.Path, time);
        var lease = new HostLease(time, new LeaseFile(folder.Path));
        var fence = new VmFence(lease, sign.IsFresh, time);
        await using var qemu = new QemuDriver(
            options, time, loggers.CreateLogger<QemuDriver>(), Credentials, vm => fence.Of(vm) == VmLeave.Free);
        var images = new ImageCache(client, folder, time, loggers.CreateLogger<ImageCache>());
        var driver = new FetchingDriver(qemu, images);
        var service = new HttpAgentLink(client, loggers.CreateLogger<HttpAgentLink>(), lease);
        var link = new RememberingLink(service, folder, driver, images, loggers.CreateLogger<RememberingLink>());
        var sessions = new HostSessions(client, lease, link, RenewalPace.Of(id), time, loggers.CreateLogger<HostSessions>());
        using var present = presence = new HostPresence(client, folder, record, sessions, time, loggers.CreateLogger<HostPresence>());
        var agent = new HostAgent(link, driver, new AssignmentScope(id), options, time, loggers.CreateLogger<HostAgent>(), fence);
        var keeper = new WatchdogKeeper(folder.Path, sign, time, loggers.CreateLogger<WatchdogKeeper>());
        await TogetherAsync(
            [agent.RunAsync, present.RunAsync, keeper.RunAsync, token => MeasureAsync(agent, link.Recalled, token)], ct);
    }

    // Read anew each time: the certificate is renewed while VMs live.
    private MoveCredentials? Credentials() => folder.ReadRecord() is { Certificate: { } certificate, Authority: { } authority } record
        ? new(certificate, record.PrivateKey, authority) : null;

    // The first that fails ends the others, and the process: it is started again by whoever watches it, and takes up what runs.
    private static async Task TogetherAsync(IReadOnlyList<Func<CancellationToken, Task>> parts, CancellationToken ct)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = parts.Select(part => Task.Run(() => part(life.Token), CancellationToken.None)).ToList();
        try
        {
            while (running.Count > 0)
            {
                var ended = await Task.WhenAny(running);
                running.Remove(ended);
                await ended;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // It was told to end.
        }
        finally
        {
            await life.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // After the guests: they are what the host is there for, and proving engines takes the processor.
    private async Task MeasureAsync(HostAgent agent, Task recalled, CancellationToken ct)
    {
        await recalled.WaitAsync(ct);
        var proof = new EngineProof(options, time, loggers.CreateLogger<EngineProof>());
        agent.Announce(await new HostDiscovery(options, proof, time, loggers.CreateLogger<HostDiscovery>()).DiscoverAsync(ct));
    }
}
