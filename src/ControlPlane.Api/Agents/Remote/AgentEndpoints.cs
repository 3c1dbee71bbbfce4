using System.Globalization;
using ControlPlane.Api.Hosts.Joining;
using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Http;
using ControlPlane.Api.Images;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Agents.Remote;

/// <summary><c>/agent/v1</c>: what agents on hosts of their own ask and say. Whose agent it is, its certificate says.</summary>
public sealed class AgentEndpoints(
    AssignmentService assignments, ReportService reports, HostJoining joining, HostCertificates certificates, AuthorityService authorities,
    AssignedImages images, LeaseService leases, HostWatch watch, AgentGate gate, Store store, IOptions<AgentEndpointOptions> options,
    IHostApplicationLifetime lifetime)
{
    internal void Map(IEndpointRouteBuilder door)
    {
        door.MapGet(AgentProtocol.Authority, AuthorityAsync);
        door.MapPost(AgentProtocol.Join, JoinAsync);
        door.MapPost(AgentProtocol.Certificate, RenewAsync);
        door.MapGet(AgentProtocol.Assignments, AssignmentsAsync);
        door.MapPost(AgentProtocol.Reports, ReportAsync);
        door.MapPost(AgentProtocol.Heartbeat, BeatAsync);
        door.MapPost(AgentProtocol.Session, BeginSessionAsync);
        door.MapPost(AgentProtocol.Lease, RenewLeaseAsync);
        door.MapGet(AgentProtocol.Images + "/{image}/content", context => ImageAsync(context, ImagePart.Content));
        door.MapGet(AgentProtocol.Images + "/{image}/content/initrd", context => ImageAsync(context, ImagePart.Initrd));
    }

    private async Task AuthorityAsync(HttpContext context)
    {
        var authority = await authorities.GetAsync(context.RequestAborted);
        await AgentBody.WriteAsync(context, new AuthorityDocument(authority.Pem), AgentJson.Default.AuthorityDocument);
    }

    private async Task JoinAsync(HttpContext context)
    {
        var body = await AgentBody.ReadAsync(context, AgentJson.Default.JoinRequest);
        var refusal = body.IsValue ? FactsRules.Refuse(body.Value.Facts) ?? FactsRules.RefuseZone(body.Value.Zone) : body.Problem;
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
        var answer = await joining.JoinAsync(token, body.Value!, context.RequestAborted);
        await AgentBody.WriteAsync(context, answer, AgentJson.Default.JoinAnswer);
    }

    private async Task RenewAsync(HttpContext context)
    {
        var body = await AgentBody.ReadAsync(context, AgentJson.Default.CertificateRenewal);
        if (!body.IsValue)
        {
            await Problems.WriteAsync(context, body.Problem);
            return;
        }
        var answer = await certificates.RenewAsync(AgentGate.HostOf(context), body.Value, context.RequestAborted);
        await AgentBody.WriteAsync(context, answer, AgentJson.Default.CertificateAnswer);
    }

    private async Task AssignmentsAsync(HttpContext context)
    {
        var host = AgentGate.HostOf(context).Host;
        if (RefuseOther(context, context.Request.Query["host"].FirstOrDefault()) is { } foreign)
        {
            await Problems.WriteAsync(context, foreign);
            return;
        }
        // What is read from here on is newer than the begin of the session that it is told in: the agent obeys no other.
        if (!TryNumber(context, "after", out var after, out var bad) || !TryNumber(context, "session", out var session, out bad))
        {
            await Problems.WriteAsync(context, bad!);
            return;
        }
        if (await assignments.RefuseRevisionAsync(after, context.RequestAborted) is { } refusal)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var watching = EndWhenRevokedAsync(context, end);
        var page = await assignments.WaitRemoteAsync(host, after, session, end.Token);
        await end.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (await gate.RefuseAsync(context) is { } revoked) { await Problems.WriteAsync(context, revoked); }
        else { await AgentBody.WriteAsync(context, page, AgentJson.Default.AssignmentPage); }
    }

    // A certificate is taken back by a change of its host, whichever process made it.
    private async Task EndWhenRevokedAsync(HttpContext context, CancellationTokenSource wait)
    {
        while (!wait.IsCancellationRequested)
        {
            var changed = store.Signals.Of(AgentGate.HostOf(context).Host.ToString());
            if (await gate.RefuseAsync(context) is not null) { await wait.CancelAsync(); }
            await changed.WaitAsync(wait.Token);
        }
    }

    private async Task ReportAsync(HttpContext context)
    {
        var body = await AgentBody.ReadAsync(context, AgentJson.Default.AgentReport);
        var refusal = !body.IsValue ? body.Problem
            : RefuseOther(context, body.Value.HostId) ?? FactsRules.Refuse(body.Value)
            ?? await reports.TakeAsync(AgentGate.HostOf(context).Host, body.Value, context.RequestAborted);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // That it was heard has been written down at the gate.
    private async Task BeatAsync(HttpContext context)
    {
        var body = await AgentBody.ReadAsync(context, AgentJson.Default.AgentHeartbeat);
        var answer = new HeartbeatAnswer(options.Value.HeartbeatSeconds);
        if (!body.IsValue)
        {
            await Problems.WriteAsync(context, body.Problem);
            return;
        }
        var host = AgentGate.HostOf(context).Host;
        if (watch.Knows(host)) { await leases.DowngradeAsync(host, context.RequestAborted); }
        await AgentBody.WriteAsync(context, answer, AgentJson.Default.HeartbeatAnswer);
    }

    private async Task BeginSessionAsync(HttpContext context)
    {
        var body = await AgentBody.ReadAsync(context, AgentJson.Default.SessionRequest);
        var answer = body.IsValue
            ? await leases.BeginAsync(AgentGate.HostOf(context).Host, body.Value, context.RequestAborted) : body.Problem;
        await AgentBody.WriteAsync(context, answer, AgentJson.Default.SessionAnswer);
    }

    private async Task RenewLeaseAsync(HttpContext context)
    {
        var body = await AgentBody.ReadAsync(context, AgentJson.Default.LeaseRequest);
        var answer = body.IsValue
            ? await leases.RenewAsync(AgentGate.HostOf(context).Host, body.Value, context.RequestAborted) : body.Problem;
        await AgentBody.WriteAsync(context, answer, AgentJson.Default.LeaseAnswer);
    }

    private async Task ImageAsync(HttpContext context, ImagePart part)
    {
        var name = (string)context.Request.RouteValues["image"]!;
        var (content, sha256, refusal) = await images.OpenAsync(AgentGate.HostOf(context).Host, name, part, context.RequestAborted);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }
        await using (content)
        {
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = content!.Length;
            context.Response.Headers.ETag = $"\"{sha256}\"";
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private static bool TryNumber(HttpContext context, string name, out long number, out Problem? problem)
    {
        var valid = long.TryParse(context.Request.Query[name].FirstOrDefault() ?? "0", NumberStyles.None, CultureInfo.InvariantCulture,
            out number);
        problem = valid ? null : Problem.Validation(name, "must be a whole number, 0 for none");
        return valid;
    }

    private static Problem? RefuseOther(HttpContext context, string? named)
    {
        var host = AgentGate.HostOf(context).Host.ToString();
        return named is null || named == host ? null : new Problem(ProblemCode.ForeignHost,
            $"The certificate is that of {host}, and speaks for no other host; use the certificate of the host that is meant.");
    }
}
