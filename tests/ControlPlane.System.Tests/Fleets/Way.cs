namespace ControlPlane.System.Tests.Fleets;

/// <summary>Which packets of a host are lost.</summary>
public enum Way
{
    /// <summary>Those that come to it.</summary>
    In,

    /// <summary>Those that it sends.</summary>
    Out,

    Both,
}
