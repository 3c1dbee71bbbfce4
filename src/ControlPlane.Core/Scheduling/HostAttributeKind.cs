namespace ControlPlane.Core.Scheduling;

/// <summary>What a <see cref="HostAttribute"/> is.</summary>
internal enum HostAttributeKind
{
    /// <summary>The zone a host is in.</summary>
    Zone,

    /// <summary>A label with its value.</summary>
    Label,

    /// <summary>A trait.</summary>
    Trait,
}
