using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Health;

internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => Answer.Ok(new { Status = "OK" })).ExcludeFromDescription();
        app.MapGet("/readyz", ReadyAsync).ExcludeFromDescription();
        return app;
    }

    private static async Task<Answer> ReadyAsync(
        IEnumerable<IReadinessCheck> checks, IOptions<HttpLimitsOptions> limits, ILogger<ReadinessReport> log, CancellationToken ct)
    {
        var timeout = TimeSpan.FromSeconds(limits.Value.ReadinessTimeoutSeconds);
        var verdicts = await Task.WhenAll(checks.Select(check => AskAsync(check, timeout, log, ct)));
        if (verdicts.All(verdict => verdict.Ready))
        {
            return Answer.Ok(new ReadinessReport("READY", verdicts));
        }

        var reasons = verdicts.Where(verdict => !verdict.Ready).Select(verdict => $"{verdict.Name}: {verdict.Reason}");
        return new Problem(ProblemCode.Unavailable, $"Not ready: {string.Join("; ", reasons)}").With("checks", verdicts);
    }

    private static async Task<ReadinessVerdict> AskAsync(IReadinessCheck check, TimeSpan timeout, ILogger log, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(timeout);
        try
        {
            var reason = await check.ReasonNotReadyAsync(limited.Token).AsTask().WaitAsync(limited.Token);
            return new ReadinessVerdict(check.Name, reason is null, reason);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new ReadinessVerdict(check.Name, Ready: false, $"gave no answer within {timeout.TotalSeconds:0} s");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            HttpLog.ReadinessCheckFailed(log, check.Name, fault);
            return new ReadinessVerdict(check.Name, Ready: false, "the check itself failed");
        }
    }
}
