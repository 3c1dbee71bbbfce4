namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>
/// Stops automatic restarts when too many hosts went silent at once: then it is likely the service that is cut off, and the hosts that are
/// left would drown in restarts. It lets go when most are back, or when an operator says so. While it holds, an alarm is raised.
/// </summary>
/// <param name="Holds">Whether automatic restarts stand still.</param>
public readonly record struct LossBrake(bool Holds)
{
    /// <summary>Looks at the fleet.</summary>
    /// <param name="silences">How long each host that has missed its lease and is not back has been silent.</param>
    /// <param name="fleet">How many hosts there are, silent ones counted; those an operator stated to be off are not part of it.</param>
    /// <param name="terms">When it holds.</param>
    public LossBrake Look(IReadOnlyCollection<TimeSpan> silences, int fleet, BrakeTerms terms)
    {
        var atOnce = silences.Count(silence => silence <= terms.Window);
        if (atOnce >= terms.AtLeast && Exceeds(atOnce, fleet, terms.SharePermille)) { return new(true); }
        // What was silent long ago keeps it, or it would let go merely because time has passed.
        return new(Holds && Exceeds(silences.Count, fleet, terms.SharePermille / 2));
    }

    private static bool Exceeds(int silent, int fleet, int permille) => silent * 1000L > (long)fleet * permille;
}
