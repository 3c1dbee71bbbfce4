namespace ControlPlane.Core.Vms;

/// <summary>Which engine a VM may run on.</summary>
public enum EngineChoice
{
    /// <summary>Hardware where it works, else software.</summary>
    Any,

    /// <summary>Hardware only.</summary>
    Hardware,

    /// <summary>Software only.</summary>
    Software,
}
