namespace ControlPlane.Agent.Reporting;

/// <summary>The growing wait between failed calls to the service.</summary>
internal sealed class LinkBackoff(AgentOptions options, TimeProvider time)
{
    private int failures;

    /// <summary>What the next wait will be.</summary>
    public TimeSpan Next => TimeSpan.FromMilliseconds(
        Math.Min(options.LinkRetryMaxMilliseconds, options.LinkRetryMilliseconds * Math.Pow(2, Math.Min(failures, 20))));

    public void Succeeded() => failures = 0;

    public async Task WaitAsync(CancellationToken ct)
    {
        var delay = Next;
        failures++;
        await Task.Delay(delay, time, ct);
    }
}
