namespace ControlPlane.Agent.Remote;

/// <summary>
/// When a host asks next: somewhat sooner than it must, each time by another part. Hosts that begin together, as after an outage of the
/// service, are so soon spread over the whole time, instead of asking together for ever.
/// </summary>
/// <param name="seed">Another for each host.</param>
public sealed class RenewalPace(int seed)
{
    private const double MostSooner = 0.2;

    private readonly Random random = new(seed);

    /// <summary>The pace of a host.</summary>
    public static RenewalPace Of(string hostId) => new(hostId.Aggregate(17, (all, next) => unchecked((all * 31) + next)));

    /// <summary>A part of the longest pause: 0.8 to 1 of it.</summary>
    public TimeSpan Next(TimeSpan longest) => longest * (1 - (MostSooner * random.NextDouble()));
}
