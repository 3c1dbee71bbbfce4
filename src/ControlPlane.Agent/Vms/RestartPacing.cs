namespace ControlPlane.Agent.Vms;

/// <summary>How fast a guest that keeps ending is started again.</summary>
/// <param name="First">The first delay.</param>
/// <param name="Longest">The longest delay.</param>
/// <param name="Stable">How long a guest must run until its next end counts as the first again.</param>
public sealed record RestartPacing(TimeSpan First, TimeSpan Longest, TimeSpan Stable)
{
    /// <summary>The pacing that the options name.</summary>
    public static RestartPacing Of(AgentOptions options) => new(
        TimeSpan.FromSeconds(options.RestartDelaySeconds),
        TimeSpan.FromSeconds(options.RestartDelayMaxSeconds),
        TimeSpan.FromSeconds(options.RestartStableSeconds));

    /// <summary>The delay after so many starts in a row: doubles each time up to the longest.</summary>
    public TimeSpan DelayAfter(int startsInRow)
    {
        // 30 doublings of any delay in range pass the longest; more would overflow.
        var factor = Math.Pow(2, Math.Clamp(startsInRow, 0, 30));
        return First * factor < Longest ? First * factor : Longest;
    }
}
