namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>What the service knows of a host's life.</summary>
public enum HostLiveness
{
    /// <summary>It renews its lease.</summary>
    Active,

    /// <summary>It has missed its lease. Nothing follows from that yet.</summary>
    Suspect,

    /// <summary>There is proof that what it was to end is ended. Its renewals are refused, and its VMs are being taken from it.</summary>
    Lost,

    /// <summary>What may be taken from it is taken. It comes back by saying what it has, and is told what is no longer its own.</summary>
    Fenced,
}
