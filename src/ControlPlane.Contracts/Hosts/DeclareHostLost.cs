namespace ControlPlane.Contracts.Hosts;

/// <summary>An operator states that a machine is off.</summary>
public sealed record DeclareHostLost
{
    /// <summary>
    /// How that is known: 1 to 1,000 characters, kept in the operation. It is believed for every guest of the host: whoever says it wrongly
    /// runs VMs twice.
    /// </summary>
    public required string Statement { get; init; }
}
