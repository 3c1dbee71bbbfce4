namespace ControlPlane.Core.Scheduling;

/// <summary>By which ways a host may take a shape now.</summary>
[Flags]
internal enum FitWays : byte
{
    /// <summary>By none: it is not of the kind asked for, or takes nothing.</summary>
    None = 0,

    /// <summary>Without an engine.</summary>
    Bare = 1,

    /// <summary>By its hardware engine.</summary>
    Hardware = 2,

    /// <summary>By its software engine.</summary>
    Software = 4,
}
