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

    /// <summary>The CPU's instruction set.</summary>
    Architecture,

    /// <summary>What guests can boot by.</summary>
    Firmware,

    /// <summary>The CPU's model.</summary>
    CpuModel,

    /// <summary>A feature of the CPU.</summary>
    CpuFeature,

    /// <summary>The machine that an engine gives its guests.</summary>
    Machine,

    /// <summary>The storage that a host keeps disks on together with others.</summary>
    Storage,
}
