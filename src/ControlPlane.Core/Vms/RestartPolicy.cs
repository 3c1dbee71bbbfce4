namespace ControlPlane.Core.Vms;

/// <summary>What becomes of a VM that should run and has stopped by itself.</summary>
public enum RestartPolicy
{
    /// <summary>It is started again, whatever ended it.</summary>
    Always,

    /// <summary>It is started again when its process died, and stays stopped when its guest powered itself off.</summary>
    OnFailure,

    /// <summary>It stays stopped.</summary>
    Never,
}
