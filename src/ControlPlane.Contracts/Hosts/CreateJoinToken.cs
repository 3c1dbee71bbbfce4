namespace ControlPlane.Contracts.Hosts;

/// <summary>Lets one machine join the fleet as a host.</summary>
public sealed record CreateJoinToken
{
    /// <summary>
    /// The name the host gets, a DNS label; left out, the machine says one. The name of a host that joined before lets it join again, with
    /// a new certificate: those it had stop working.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Seconds that the token can be used, 60 to 86400.</summary>
    public int ValiditySeconds { get; init; } = 900;
}
