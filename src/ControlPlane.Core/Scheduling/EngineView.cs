namespace ControlPlane.Core.Scheduling;

/// <summary>By way of what room is taken.</summary>
internal enum EngineView
{
    /// <summary>Without an engine.</summary>
    None = 0,

    /// <summary>By the hardware engine.</summary>
    Hardware = 1,

    /// <summary>By the software engine.</summary>
    Software = 2,
}
