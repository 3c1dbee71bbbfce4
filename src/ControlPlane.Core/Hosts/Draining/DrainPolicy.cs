namespace ControlPlane.Core.Hosts.Draining;

/// <summary>What becomes of a VM when its host is emptied.</summary>
public enum DrainPolicy
{
    /// <summary>It is moved while it runs; one that is off is moved as it is.</summary>
    Live,

    /// <summary>It is stopped, moved and started again.</summary>
    Cold,

    /// <summary>It is stopped and stays there: its disk does not go.</summary>
    Stop,

    /// <summary>While it is there the host is not emptied.</summary>
    Refuse,
}
