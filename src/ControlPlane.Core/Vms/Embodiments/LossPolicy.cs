namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What becomes of a VM whose host is lost.</summary>
public enum LossPolicy
{
    /// <summary>It is started elsewhere; its host ends it with its lease.</summary>
    RestartElsewhere,

    /// <summary>It stays with its host, lease or not; it starts elsewhere only when the host is known to be off.</summary>
    Stay,
}
