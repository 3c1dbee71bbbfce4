using System.Threading.RateLimiting;
using ControlPlane.Api.Hosts;
using ControlPlane.Api.Hosts.Joining;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>
/// Who comes through the agents' door: the host whose certificate the connection shows, and nobody else but those who join.
/// </summary>
public sealed class AgentGate : IDisposable
{
    private const string Strangers = "strangers";
    private const int MaxStrangers = 32;

    // What a machine asks before it has a certificate.
    private static readonly string[] open = [AgentProtocol.Authority, AgentProtocol.Join];

    private readonly HostCertificates certificates;
    private readonly HostHeartbeats heartbeats;
    private readonly TimeProvider time;
    private readonly ILogger<AgentGate> logger;
    private readonly PartitionedRateLimiter<string> limiter;

    public AgentGate(
        HostCertificates certificates, HostHeartbeats heartbeats, IOptions<AgentEndpointOptions> options, TimeProvider time,
        ILogger<AgentGate> logger)
    {
        (this.certificates, this.heartbeats, this.time, this.logger) = (certificates, heartbeats, time, logger);
        limiter = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetConcurrencyLimiter(who,
            _ => new() { PermitLimit = who == Strangers ? MaxStrangers : options.Value.MaxRequestsPerHost, QueueLimit = 0 }));
    }

    /// <summary>The host of a request that has passed.</summary>
    public static HostIdentity HostOf(HttpContext context) =>
        context.Features.Get<HostIdentity>() ?? throw new InvalidOperationException("the request has not passed the gate");

    /// <summary>Whether the certificate of the request still holds: a wait may be longer than its life.</summary>
    public async Task<Problem?> RefuseAsync(HttpContext context) =>
        (await certificates.IdentifyAsync(HostOf(context).CertificateSha256, context.RequestAborted)).Problem;

    /// <inheritdoc/>
    public void Dispose() => limiter.Dispose();

    internal async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var joins = open.Any(path => context.Request.Path.Equals(path, StringComparison.Ordinal));
        var caller = joins ? null : await IdentifyAsync(context);
        if (caller is { IsValue: false })
        {
            AgentsLog.Stranger(logger, caller.Problem.Code.Text, context.Connection.RemoteIpAddress);
            await Problems.WriteAsync(context, caller.Problem);
            return;
        }
        var host = caller?.Value;
        using var lease = limiter.AttemptAcquire(host?.Host.ToString() ?? Strangers);
        if (!lease.IsAcquired)
        {
            await Problems.WriteAsync(context, new Problem(ProblemCode.RateLimited,
                "As many requests are open as ControlPlane:AgentEndpoint:MaxRequestsPerHost allows; wait for one of them to end."));
            return;
        }
        if (host is not null)
        {
            context.Features.Set(host);
            heartbeats.Beat(host.Host, time.GetUtcNow());
        }
        await next(context);
    }

    private async Task<Parsed<HostIdentity>> IdentifyAsync(HttpContext context)
    {
        if (context.Features.Get<ShownCertificate>() is not { } shown)
        {
            return new Problem(ProblemCode.Unauthenticated, "Connect with the certificate that the host got when it joined.");
        }
        return await certificates.IdentifyAsync(shown.Sha256, context.RequestAborted);
    }
}
