namespace ControlPlane.Core.Hosts;

/// <summary>Whether an engine takes VMs.</summary>
public enum EngineState
{
    /// <summary>It takes no new VM and has none running.</summary>
    Stopped,

    /// <summary>It is being proved and begun.</summary>
    Starting,

    /// <summary>It takes VMs.</summary>
    Running,

    /// <summary>It takes no new VM; its end is being recorded.</summary>
    Stopping,
}
